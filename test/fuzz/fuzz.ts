import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { test } from 'vitest';

/** Set by scripts/fuzz.mjs: how long each fuzzer runs, and where what it finds is kept. Otherwise a run is short, and keeps nothing. */
const seconds = Number(process.env['OFFHEAP_FUZZ_SECONDS'] ?? 0);
const folder = process.env['OFFHEAP_FUZZ_FOLDER'];

/** Inputs before the time is looked at, and before others of this process get their turn: vitest asks its workers whether they live. */
const inputsATurn = 50;

/** What repeats a failure, as long as the fuzzer makes its inputs in the same way. */
interface Found {
  seed: number;
  path: string;
}

export interface FuzzOptions {
  /** As its file is called, with underscores. */
  name: string;
  /** Inputs of a short run. */
  runs: number;
}

/** A test by inputs of a new seed each time: `check` throws for one that shows a fault. */
export function fuzz<Input>(
  { name, runs }: FuzzOptions,
  input: fc.Arbitrary<Input>,
  check: (input: Input) => void | Promise<void>,
) {
  test(`${name}: whatever it is given`, { timeout: 300_000 + seconds * 1000 }, async () => {
    const property = fc.asyncProperty(input, async (value) => check(value));
    for (const { seed, path } of readFound(name)) await run(name, property, { seed, path, numRuns: 1, endOnFailure: true });
    const endAt = performance.now() + seconds * 1000;
    let inputs = 0;
    // No time limit of fast-check's: it leaves the input that is under way alone.
    for (let seed = Date.now() % 2 ** 31; seconds === 0 ? inputs < runs : performance.now() < endAt; seed++) {
      await run(name, property, { seed, numRuns: inputsATurn });
      await setImmediate();
      inputs += inputsATurn;
    }
    if (folder !== undefined) writeFileSync(join(folder, 'runs', `${name}.json`), JSON.stringify({ inputs }));
  });
}

async function run<Input>(name: string, property: fc.IAsyncProperty<[Input]>, parameters: fc.Parameters<[Input]>): Promise<void> {
  const details = await fc.check(property, parameters);
  if (!details.failed) return;
  keepFound(name, { seed: details.seed, path: details.counterexamplePath ?? '' });
  throw new Error(await fc.asyncDefaultReportMessage(details), { cause: details.errorInstance });
}

const foundFile = (of: string, name: string) => join(of, `found-${name}.json`);

function readFound(name: string): Found[] {
  if (folder === undefined || !existsSync(foundFile(folder, name))) return [];
  return JSON.parse(readFileSync(foundFile(folder, name), 'utf8')) as Found[];
}

function keepFound(name: string, found: Found): void {
  if (folder === undefined) return;
  const known = readFound(name).filter(({ seed, path }) => seed !== found.seed || path !== found.path);
  mkdirSync(folder, { recursive: true });
  writeFileSync(foundFile(folder, name), JSON.stringify([...known, found]));
}
