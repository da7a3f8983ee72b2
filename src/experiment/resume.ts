import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { OffheapError } from '../model/errors.ts';
import { type Host, type Plan, type ResultFile, resultFile } from '../model/result.ts';
import { quote } from '../model/units.ts';

/** Reads a result file to be resumed. */
export async function readResult(path: string): Promise<ResultFile> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new OffheapError('MISSING_FILE', `Expected ${quote(path)} to be a result file: ${error.message}.`);
  });
  const parsed = resultFile.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue && issue.path.length > 0 ? ` at ${issue.path.join('.')}` : '';
  throw new OffheapError(
    'INVALID_FILE',
    `Expected ${quote(path)} to be a result file of this version: ${issue?.message ?? 'it is not'}${where}.`,
  );
}

/** @throws OffheapError that names what differs: cells of another plan, or of another machine, cannot be compared with those to come. */
export function requireSamePlan(resumed: ResultFile, { plan, seed, host }: { plan: Plan; seed: number; host: Host }): void {
  if (!resumed.plan) throw differs('it does not say what was planned');
  for (const [part, wanted] of Object.entries(plan) as [keyof Plan, unknown][]) {
    if (!isDeepStrictEqual(resumed.plan[part], plain(wanted))) throw differs(`its ${part} is another`);
  }
  if (resumed.plan.stacks !== plan.stacks) throw differs('one was run with --stacks and the other without');
  if (resumed.seed !== seed) throw differs(`its seed is ${resumed.seed}`);
  for (const part of ['kernel', 'libc', 'cpus', 'memoryBytes', 'jdk'] as const) {
    if (!isDeepStrictEqual(resumed.host[part], host[part])) throw differs(`it was measured with another ${part}`);
  }
}

/** As it is after being written and read: a property that is undefined is none. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function differs(how: string): OffheapError {
  return new OffheapError(
    'USAGE',
    `Expected --resume to name a result of the same plan, but ${how}. Repeat the command of that run with --resume added, or start anew without it.`,
  );
}
