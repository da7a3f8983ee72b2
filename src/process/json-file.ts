import { stat } from 'node:fs/promises';
import { OffheapError } from '../model/errors.ts';
import { bytesPerMiB, formatFigure, quote } from '../model/units.ts';
import { readText } from './read-text.ts';
import { whyUnread } from './why-unread.ts';

/** Results have objects within objects to a depth of 8. */
const deepest = 64;

export interface JsonBound {
  maxBytes: number;
  /** What to do about a file that is longer, a sentence. */
  cure: string;
  /** The command that makes such a file, for one that is none. */
  madeBy?: string;
}

const usuallyMadeBy = 'offheap repro --format=json --output=result.json';

/** A file, FIFO or device with one value of JSON. @throws OffheapError MISSING_FILE, INVALID_FILE */
export async function readJsonFile(path: string, { maxBytes, cure, madeBy = usuallyMadeBy }: JsonBound): Promise<unknown> {
  const json = parse(path, await readWhole(path, { maxBytes, cure }), madeBy);
  if (isDeeperThan(json, deepest)) {
    throw new OffheapError(
      'INVALID_FILE',
      `Expected a result of offheap, but ${quote(path)} has values in one another to a depth of over ${deepest}.`,
    );
  }
  return json;
}

async function readWhole(path: string, { maxBytes, cure }: JsonBound): Promise<string> {
  try {
    const { size } = await stat(path);
    const { text, isCut } = size > maxBytes ? { text: '', isCut: true } : await readText(path, maxBytes);
    if (!isCut) return text;
  } catch (error) {
    throw new OffheapError('MISSING_FILE', `Expected a result file, but ${quote(path)} cannot be read: ${whyUnread(error)}.`);
  }
  throw new OffheapError(
    'INVALID_FILE',
    `Expected a result of offheap of ${formatFigure(maxBytes / bytesPerMiB)} MiB at most, but ${quote(path)} has more. ${cure}`,
  );
}

function parse(path: string, text: string, madeBy: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new OffheapError(
      'INVALID_FILE',
      `Expected a result of offheap as JSON, but ${quote(path)} is no JSON. Make one by: ${madeBy}`,
    );
  }
}

/** Without recursion, which is what it protects. */
function isDeeperThan(value: unknown, most: number): boolean {
  let level = [value].filter(isNested);
  for (let depth = 0; depth < most && level.length > 0; depth++) {
    level = level.flatMap((nested) => Object.values(nested).filter(isNested));
  }
  return level.length > 0;
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
