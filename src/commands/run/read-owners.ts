import { OffheapError } from '../../model/errors.ts';
import { type OwnersResult, ownersResult } from '../../model/owners.ts';
import { printableValues } from '../../model/printable.ts';
import { commandOf } from '../../model/result-kinds.ts';
import { bytesPerMiB, quote } from '../../model/units.ts';
import { readJsonFile } from '../../process/json-file.ts';

/** A hundred thousand owners, each with fields and types, take less. */
const maxBytes = 256 * bytesPerMiB;
const madeBy = 'offheap owners --format=json --output=before.json PID';

/** An earlier result of `owners`. @throws OffheapError MISSING_FILE, INVALID_FILE */
export async function readOwners(path: string, option: string): Promise<OwnersResult> {
  const cure = `Make one by: ${madeBy}`;
  const json = printableValues(await readJsonFile(path, { maxBytes, cure, madeBy }));
  const read = ownersResult.safeParse(json);
  if (read.success) return read.data;
  const command = commandOf(json);
  const [first] = read.error.issues;
  const where = first && first.path.length > 0 ? `at ${first.path.join('.')}: ` : '';
  const why =
    command === undefined || command === 'owners'
      ? `${where}${first?.message ?? 'not an object'}`
      : `this is a result of offheap ${command}`;
  throw new OffheapError(
    'INVALID_FILE',
    `Expected ${option} to be a result of offheap owners, but ${quote(path)} is none (${why}). ${cure}`,
  );
}
