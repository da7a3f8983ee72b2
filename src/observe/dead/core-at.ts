import { OffheapError } from '../../model/errors.ts';
import { quote } from '../../model/units.ts';
import { isRegularFile, readHead } from '../../process/magic-file.ts';
import { type Packing, withUnpacked } from '../../process/unpack.ts';
import { recognisePath } from './recognise.ts';

/** A core file that can be read at any place. */
export interface CoreAt {
  path: string;
  isUnpacked: boolean;
}

/** Lends a core file, unpacked if need be. @throws OffheapError INVALID_FILE or MISSING_TOOL where it cannot be unpacked */
export async function withCoreAt<Result>(
  path: string,
  packing: Packing | undefined,
  use: (core: CoreAt) => Promise<Result>,
): Promise<Result> {
  return packing === undefined
    ? await use({ path, isUnpacked: false })
    : await withUnpacked(path, packing, (unpacked) => use({ path: unpacked, isUnpacked: true }));
}

/** Whether a command is to read that file instead of a process: a regular file that is a core, or a compressed one. */
export async function isCoreFile(target: string): Promise<boolean> {
  if (!(await isRegularFile(target))) return false;
  const file = await readHead(target).catch(() => undefined);
  return file !== undefined && (await recognisePath(target, file.head)).kind === 'core';
}

/** The same for whoever has nothing but a path. @throws OffheapError MISSING_FILE, INVALID_FILE, MISSING_TOOL */
export async function withCoreOf<Result>(path: string, use: (core: CoreAt) => Promise<Result>): Promise<Result> {
  const file = await readHead(path).catch((cause: Error) => {
    throw new OffheapError('MISSING_FILE', `Expected a core file to read at ${quote(path)}, but ${cause.message}.`, { cause });
  });
  const { kind, packing } = await recognisePath(path, file.head);
  if (kind !== 'core')
    throw new OffheapError(
      'INVALID_FILE',
      `Expected ${quote(path)} to be a core file, found another file. See what it is: file ${quote(path)}`,
    );
  return await withCoreAt(path, packing, use);
}
