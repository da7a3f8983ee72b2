import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { OffheapError } from '../model/errors.ts';
import { type Host, type ResultFile, resultFile } from '../model/result.ts';
import { commandOf } from '../model/result-kinds.ts';
import { bytesPerMiB, quote } from '../model/units.ts';
import { readJsonFile } from '../process/json-file.ts';
import { withDecision } from '../stats/summary.ts';

/** A thousand cells with a curve of some minutes each. */
const bound = { maxBytes: 256 * bytesPerMiB, cure: 'Start anew with fewer cells.' };

/** Reads a result file to be resumed, or shown. */
export async function readResult(path: string): Promise<ResultFile> {
  return withDecision(await readChecked(path, resultFile));
}

/** Reads a JSON file of a kind. @throws OffheapError MISSING_FILE, INVALID_FILE */
export async function readChecked<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.infer<Schema>> {
  const json = await readJsonFile(path, bound);
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue && issue.path.length > 0 ? ` at ${issue.path.join('.')}` : '';
  const writer = commandOf(json);
  const whose = writer === undefined ? '' : ` It is one of offheap ${writer}.`;
  throw new OffheapError(
    'INVALID_FILE',
    `Expected ${quote(path)} to be a result file of this version: ${issue?.message ?? 'it is not'}${where}.${whose}`,
  );
}

interface Resumable {
  plan?: object | undefined;
  host: Host;
  /** Of the order of cells; a fit has none. */
  seed?: number;
}

/** @throws OffheapError that names what differs: what was measured by another plan, or on another machine, cannot be compared with what is to come. */
export function requireResumable(resumed: Resumable, planned: Resumable & { plan: object }): void {
  const resumedPlan = resumed.plan as Readonly<Record<string, unknown>> | undefined;
  if (!resumedPlan) throw differs('it does not say what was planned');
  const plan = asWritten(planned.plan);
  for (const part of new Set([...Object.keys(plan), ...Object.keys(resumedPlan)])) {
    if (part === 'repeats' && isMoreOfTheSame(resumedPlan, plan)) continue;
    if (!isDeepStrictEqual(resumedPlan[part], plan[part])) throw differs(`its ${part} is another`);
  }
  for (const part of ['kernel', 'libc', 'cpus', 'memoryBytes', 'jdk'] as const) {
    if (!isDeepStrictEqual(resumed.host[part], planned.host[part])) throw differs(`it was measured with another ${part}`);
  }
  if (resumed.seed !== planned.seed) throw differs(`its seed is ${resumed.seed}`);
}

/** A run that was not decided may go on with more rounds: those that it has are the same. */
function isMoreOfTheSame(resumed: Readonly<Record<string, unknown>>, plan: Readonly<Record<string, unknown>>): boolean {
  return plan['untilDecided'] !== undefined && Number(plan['repeats']) >= Number(resumed['repeats']);
}

/** As it is after being written and read: a property that is undefined is none. */
function asWritten(plan: object): Readonly<Record<string, unknown>> {
  return JSON.parse(JSON.stringify(plan));
}

function differs(how: string): OffheapError {
  return new OffheapError(
    'USAGE',
    `Expected --resume to name a result of the same plan, but ${how}. Repeat the command of that run with --resume added, or start anew without it.`,
  );
}
