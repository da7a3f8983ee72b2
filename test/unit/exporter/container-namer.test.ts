import { expect, test } from 'vitest';
import { ContainerNamer } from '../../../src/exporter/container-namer.ts';
import type { Subject } from '../../../src/exporter/subject.ts';
import type { KnownNames } from '../../../src/process/containers/container-names.ts';

const id = 'c0ffee'.padEnd(64, '1');
const another = 'c0ffee'.padEnd(64, '2');
const podUid = '2f7e8c3a-91d4-4b7e-8a55-0c1d2e3f4a5b';
const app = { name: 'app', pod: 'web', namespace: 'shop' };
const nobody: KnownNames = { containers: new Map(), pods: new Map() };

function subjectIn(place: Subject['place']): Subject {
  const turn = { dueAt: 0, failures: 0, expectedMs: 0, isTried: false };
  return { pid: 7, startTimeTicks: 1, argv: [], command: 'web.jar', isJvm: true, place, turn, memory: {} };
}

test('a container is named by what is known of it and of its pod, and is read of once', async () => {
  const asked: (readonly string[])[] = [];
  const namer = new ContainerNamer(async (ids) => {
    asked.push(ids);
    return { containers: new Map([[id, { name: 'app' }]]), pods: new Map([[podUid, { pod: 'web', namespace: 'shop' }]]) };
  });
  const subjects = [subjectIn({ containerId: id, podUid }), subjectIn({ containerId: id, podUid }), subjectIn({})];
  await namer.name(subjects);
  await namer.name(subjects);
  expect(subjects.map(({ names }) => names)).toEqual([app, app, undefined]);
  expect(asked).toEqual([[id]]);
});

test('names that come later are told then; after twelve times nobody is asked any more', async () => {
  let reads = 0;
  const namer = new ContainerNamer(async () => ({ ...nobody, containers: ++reads === 3 ? new Map([[id, app]]) : new Map() }));
  const late = subjectIn({ containerId: id });
  const never = subjectIn({ containerId: another });
  for (let refreshes = 0; refreshes < 17; refreshes++) await namer.name([late, never]);
  expect([late.names, never.names, reads]).toEqual([app, undefined, 12]);
});

test('a container that is gone is forgotten', async () => {
  let reads = 0;
  const namer = new ContainerNamer(async () => ({ ...nobody, containers: new Map(++reads === 1 ? [[id, app]] : []) }));
  await namer.name([subjectIn({ containerId: id })]);
  await namer.name([]);
  const again = subjectIn({ containerId: id });
  await namer.name([again]);
  expect([again.names, reads]).toEqual([undefined, 2]);
});
