import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { OffheapError } from '../model/errors.ts';
import { type Host, type Plan, type ResultFile, resultFile } from '../model/result.ts';
import { quote } from '../model/units.ts';

/** Reads a result file to be resumed, or shown. */
export function readResult(path: string): Promise<ResultFile> {
  return readChecked(path, resultFile);
}

/** Reads a JSON file of a kind. @throws OffheapError MISSING_FILE, INVALID_FILE */
export async function readChecked<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.infer<Schema>> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new OffheapError('MISSING_FILE', `Expected ${quote(path)} to be a result file: ${error.message}.`);
  });
  const parsed = schema.safeParse(parseJson(text));
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
  requireSame(resumed, { plan, host });
  if (resumed.seed !== seed) throw differs(`its seed is ${resumed.seed}`);
}

/** As requireSamePlan(), for whatever has a plan. */
export function requireSame(
  resumed: { plan?: object | undefined; host: Host },
  { plan, host }: { plan: object; host: Host },
): void {
  const found = resumed.plan as Readonly<Record<string, unknown>> | undefined;
  if (!found) throw differs('it does not say what was planned');
  const wanted = plain(plan) as Readonly<Record<string, unknown>>;
  for (const part of new Set([...Object.keys(wanted), ...Object.keys(found)])) {
    if (!isDeepStrictEqual(found[part], wanted[part])) throw differs(`its ${part} is another`);
  }
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
