import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const script = (...args: string[]) => spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
/** clang, and the runtime of its fuzzer, which Debian has in a package of its own. */
const input = 'int LLVMFuzzerTestOneInput(const unsigned char *data, unsigned long bytes) { return data == 0 && bytes == 1; }';
const hasFuzzer = spawnSync('clang', ['-fsanitize=fuzzer,address', '-xc', '-', '-o', '/dev/null'], { input }).status === 0;

/** Those in TypeScript are tests of their own; here stands for them that is quick. */
const fuzzers = ['counter_page', 'chunk_walk', 'page_map', 'heap_search', 'proc_text', 'symbol_table', 'perf_data'];

test('a second, or a thousand inputs, of each fuzzer finds nothing, and its coverage is told', { timeout: 900_000 }, (context) => {
  context.skip(!hasFuzzer, 'clang with libFuzzer is not installed');
  const { status, stdout, stderr } = script(
    join('scripts', 'fuzz.mjs'),
    '--seconds=1',
    '--inputs=1000',
    `--only=${fuzzers.join(',')}`,
  );
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  const rows = [...stdout.matchAll(/^\| (\w+) \| 1 s \| [1-9]\d+ \|/gm)].map(([, name]) => name);
  expect(rows).toEqual(fuzzers);
  const [, lines] = /^\| src\/parse \| ([\d.]+) % \|/m.exec(stdout) ?? [];
  expect(Number(lines)).toBeGreaterThan(0);
});

test('a fuzzer that is none is one sentence', () => {
  const { status, stdout, stderr } = script(join('scripts', 'fuzz.mjs'), '--only=text,nothing');
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^offheap setup: expected --only to be of .*, got "nothing"\.\n$/);
});

test('sqlite3 and python3 give the same results under both libraries, and calls that a witness counts alike', () => {
  const { status, stderr } = script(join('scripts', 'test-programs.mjs'), '--quick');
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  expect(stderr).toMatch(/python3, mmapalloc: same/);
  // bash, timeout and what the script runs, each counted as the witness does.
  expect(stderr.match(/processes that agree and calls: ([1-9]\d*) of \1, [1-9]/g)).toHaveLength(2);
});
