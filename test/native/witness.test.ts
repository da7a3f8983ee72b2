import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { buildWitness, compareCalls, prepareCount } from '../../scripts/programs/calls.mjs';
import { meter, temporaryFolder } from './preloaded.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('a witness counts every call as the meter does: in forked children, executed programs and processes that are killed', () => {
  const folder = temporaryFolder();
  const env = prepareCount(folder, buildWitness(root, temporaryFolder()), meter);
  const script = 'for n in 1 2 3; do (echo $n); done; sort --version; (exec date); kill -KILL $$';
  const { signal } = spawnSync('bash', ['-c', script], { env: { ...process.env, ...env } });
  expect(signal).toBe('SIGKILL');
  const { processes, agree, calls, apart } = compareCalls(folder);
  expect(apart).toEqual([]);
  // bash, its three children, and two more before and after they execute a program.
  expect({ processes, agree }).toEqual({ processes: 8, agree: 8 });
  expect(calls).toBeGreaterThan(1000);

  const pages = readdirSync(env.OFFHEAP_COUNTERS_DIR);
  const page = pages.find((name) => !pages.includes(name.replace('-0.', '-1.'))) ?? '';
  rmSync(join(env.OFFHEAP_COUNTERS_DIR, page));
  expect(compareCalls(folder)).toMatchObject({ processes: 8, agree: 7, apart: [{ witness: expect.any(Array), meter: undefined }] });
});
