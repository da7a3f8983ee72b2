import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CompareOptions, compare } from '../../src/api/compare.ts';
import type { CellProgress } from '../../src/experiment/round-progress.ts';
import type { ResultFile } from '../../src/model/result.ts';
import { offheapInTurn } from '../cli/in-turn.ts';

/** How its process starts and ends is no matter here. */
const offheap = offheapInTurn();

const program = fileURLToPath(new URL('programs/keeps_rows.py', import.meta.url));
let folder: string;
let database: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offheap-around-'));
  database = join(folder, 'rows.db');
});
afterEach(() => rm(folder, { recursive: true }));

function run(options: Partial<CompareOptions>): Promise<ResultFile> {
  const command = ['python3', program, database];
  return compare({ command, step: true, doctor: false, configurations: ['glibc', 'glibc-arena1'], seed: 7, ...options });
}

const rowsFound = ({ cells }: ResultFile) => cells.map(({ metrics }) => metrics?.['rowsFound']?.value);
const remove = () => ['rm', '-f', database];

test('a database’s file lives on over cells, unless it is removed before each program or after it', async () => {
  expect(rowsFound(await run({ repeats: 2 }))).toEqual([0, 101, 202, 303]);
  const prepared = await run({ repeats: 2, prepare: remove() });
  expect(rowsFound(prepared)).toEqual([0, 0, 0, 0]);
  expect(prepared.plan?.scenario).toMatchObject({ prepare: remove() });
  // The last program of the run before has left its rows.
  expect(rowsFound(await run({ repeats: 2, cleanup: remove() }))).toEqual([101, 0, 0, 0]);
});

test('warm-ups are cells of the reference that are run first and thrown away', async () => {
  const begun: CellProgress[] = [];
  const result = await run({
    ...{ warmups: 3, repeats: 1, reference: 'glibc-arena1' },
    onProgress: (progress) => {
      if (progress.phase === undefined) begun.push(progress);
    },
  });
  expect(rowsFound(result)).toEqual([303, 404]);
  expect(result.cells.map(({ configuration, repeat }) => [configuration, repeat])).toEqual([
    ['glibc-arena1', 1],
    ['glibc', 1],
  ]);
  expect(begun.map(({ configuration, position, total }) => [configuration, position, total])).toEqual([
    ['glibc-arena1, warm-up', 1, 3],
    ['glibc-arena1, warm-up', 2, 3],
    ['glibc-arena1, warm-up', 3, 3],
    ['glibc-arena1', 1, 2],
    ['glibc', 2, 2],
  ]);
  await expect(run({ resumed: { ...result, complete: false }, seed: result.seed, reference: 'glibc-arena1' })).rejects.toThrow(
    /but its scenario is another/,
  );
});

test('a warm-up that fails is the last one', async () => {
  const log = join(folder, 'log');
  const result = await run({
    ...{ warmups: 3, repeats: 1, configurations: ['glibc'] },
    command: ['sh', '-c', `echo ran >>${log}; exit 3`],
  });
  expect(result.cells.map(({ state }) => state)).toEqual(['failed']);
  expect(await readFile(log, 'utf8')).toBe('ran\nran\n');
});

test('both know for which cell they are run, and the program ran in between', async () => {
  const log = join(folder, 'log');
  const script = join(folder, 'say.sh');
  await writeFile(
    script,
    `echo "$1 $OFFHEAP_CONFIGURATION $OFFHEAP_REPEAT $(ls ${database} 2>/dev/null | wc -l)" >>${log}; rm -f ${database}\n`,
  );
  const args = ['--quiet', '--step', '--no-doctor', `--results=${join(folder, 'raw.json')}`, '--allocator=glibc', '--repeats=2'];
  const around = [`--prepare=sh '${script}' before`, `--cleanup=sh '${script}' after`, '--warmup=1'];
  const { status, stderr } = await offheap(['compare', ...args, ...around, '--', 'python3', program, database]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect((await readFile(log, 'utf8')).split('\n')).toEqual([
    ...['before glibc 0 0', 'after glibc 0 1'],
    ...['before glibc 1 0', 'after glibc 1 1', 'before glibc 2 0', 'after glibc 2 1', ''],
  ]);
});

test('where one fails its cell has failed: unmeasured before the program, measured after it', async () => {
  const failing = ['sh', '-c', 'echo no space >&2; exit 5'];
  const [before] = (await run({ configurations: ['glibc'], prepare: failing })).cells;
  expect(before).toMatchObject({ state: 'failed', reason: '--prepare ended with status 5: no space', phases: {} });
  const [after] = (await run({ configurations: ['glibc'], cleanup: failing })).cells;
  expect(after).toMatchObject({ state: 'failed', reason: '--cleanup ended with status 5: no space' });
  expect(Object.keys(after?.phases ?? {})).toEqual(['baseline', 'loaded', 'settled']);
  const [both] = (await run({ configurations: ['glibc'], command: ['sh', '-c', 'exit 3'], cleanup: failing })).cells;
  expect(both?.reason).toMatch(/^The program ended with status 3/);
  expect(both?.notes).toEqual(['--cleanup ended with status 5: no space']);
  const [late] = (await run({ configurations: ['glibc'], prepare: ['sleep', '617'], timeoutMs: 700 })).cells;
  expect(late?.reason).toBe('--prepare was not done within 0.7 s. Allow more by --timeout.');
});

test('wrong usage is told before anything is started', async () => {
  const usage = async (...args: string[]) => (await offheap(['compare', ...args, '--', 'true'])).stderr;
  expect(await usage('--prepare= ')).toMatch(/^offheap: Expected --prepare to be a command/);
  expect(await usage('--cleanup=no-such-program x')).toMatch(/^offheap: .*"no-such-program" is in no folder of PATH/);
  expect(await usage('--warmup=-1')).toMatch(/^offheap: Expected --warmup to be a whole number from 0 to 1000/);
});
