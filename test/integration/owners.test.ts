import { dirname } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { observeOwners } from '../../src/observe/owners.ts';
import { plain } from '../fixtures/preload.ts';
import { ownersCases } from '../owners/cases.ts';
import { compileMoreOwners, compileOwners } from '../owners/compile.ts';
import { judgeOwners } from '../owners/judge.ts';
import { type Running, startOwnersCase, whyNot } from '../owners/start.ts';
import { findJavaHomes } from './java-homes.ts';

const jdks = new Map(findJavaHomes().map(({ java, version }) => [Number.parseInt(version, 10), dirname(dirname(java))]));
/** npm run corpus:owners judges all of them, on each of their JDKs. */
const quick = ownersCases.filter(({ inSuite }) => inSuite);

let running: Running | undefined;
beforeAll(() => {
  compileOwners();
  compileMoreOwners(jdks.get(25));
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

test.for(quick)('who owns what: $name', async (one, { skip }) => {
  const home = jdks.get(one.jdks[0] ?? 0);
  const reason = whyNot(one, home);
  if (home === undefined || reason !== undefined) return skip(reason);
  running = await startOwnersCase(one, home, plain);
  const told = judgeOwners(running.truth, await observeOwners(running.pid), one.loses === true);
  expect(told.filter(({ isRight }) => !isRight)).toEqual([]);
});
