import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { unknownOfThreads } from '../../../src/observe/readings.ts';
import { listThreads, maxThreads, readThreadPlaces } from '../../../src/process/threads.ts';

test('the threads of this process, by the kernel’s order', () => {
  const tids = readdirSync('/proc/self/task').map(Number);
  expect(tids.length).toBeGreaterThan(3);
  expect(listThreads(process.pid)).toEqual(tids);
  expect(listThreads(process.pid, 3)).toEqual(tids.slice(0, 3));
  expect(readThreadPlaces(process.pid).map(({ tid }) => tid)).toEqual(tids);
});

test('none of a process that there is not', () => {
  expect(listThreads(2 ** 22)).toEqual([]);
  expect(readThreadPlaces(2 ** 22)).toEqual([]);
});

test('more threads than are looked at are told', () => {
  expect(unknownOfThreads(maxThreads)).toEqual([]);
  expect(unknownOfThreads(100_003)).toEqual([
    { instrument: 'threads', code: 'too-many', detail: 'Of 100,003 threads the stacks of the first 32,768 were looked for.' },
  ]);
});
