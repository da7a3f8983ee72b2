import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { ResultFile, Scenario } from '../model/result.ts';
import type { RunPlan } from '../model/run-plan.ts';
import { readResult } from './resume.ts';

/** The newest results are looked into; a result of a thousand cells takes a second to read. */
const mostFiles = 8;
const mostBytes = 16 * 1024 ** 2;

/** What cells of the same scenarios have taken, by the newest result in a folder that has any. Results that cannot be read are left out. */
export async function findEarlierTimes(scenarios: readonly Scenario[], folder: string): Promise<RunPlan['known']> {
  for (const file of newestResults(folder)) {
    const result = await readResult(file).catch(() => undefined);
    const known = result && timesOf(result, scenarios, file);
    if (known) return known;
  }
  return undefined;
}

/** Of a result; undefined where none of its cells ran one of these scenarios to its end. */
export function timesOf({ cells }: ResultFile, scenarios: readonly Scenario[], file: string): RunPlan['known'] {
  const same = cells.filter((cell) => cell.state === 'ok' && scenarios.some((scenario) => isSameWork(cell.scenario, scenario)));
  const cellMs = same.flatMap(({ wallMs }) => wallMs ?? []);
  return cellMs.length === 0 ? undefined : { file, cellMs };
}

/** What the reproducer scans by default is made when it runs. */
function isSameWork(a: Scenario, b: Scenario): boolean {
  const work = (scenario: Scenario) => (scenario.name === 'java-repro' ? { ...scenario, jars: '', loaderJar: '' } : scenario);
  return isDeepStrictEqual(work(a), work(b));
}

function newestResults(folder: string): string[] {
  try {
    const files = readdirSync(folder).filter((name) => /^(?:compare|guard|repro)-.*\.json$/.test(name));
    return files
      .map((name) => join(folder, name))
      .map((file) => ({ file, ...statOf(file) }))
      .filter(({ bytes }) => bytes > 0 && bytes <= mostBytes)
      .sort((a, b) => b.atMs - a.atMs)
      .slice(0, mostFiles)
      .map(({ file }) => file);
  } catch {
    return [];
  }
}

function statOf(file: string): { atMs: number; bytes: number } {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat?.isFile() ? { atMs: stat.mtimeMs, bytes: stat.size } : { atMs: 0, bytes: 0 };
}
