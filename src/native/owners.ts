import { OffheapError } from '../model/errors.ts';
import type { OwnerKind } from '../model/owners.ts';
import { quote } from '../model/units.ts';
import { loadBinding, type NativeBinding } from './binding.ts';
import { withCancelFlag } from './cancel-flag.ts';
import { toCoreError } from './core-errors.ts';
import type { CoreFile } from './core-file.ts';
import { toInspectError } from './inspect-errors.ts';
import type { NativeOwners } from './native-owners.ts';

/** Who an owner is that is known by its memory, and not by what the process says of itself. */
export interface OwnerSource {
  kind: Extract<OwnerKind, 'jvm' | 'library' | 'mapped'>;
  name: string;
}

/** Memory that may hold pointers to blocks. */
export interface OwnerRange {
  start: number;
  end: number;
  /** Index of whose it is. */
  source: number;
}

export interface FindOwnersOptions {
  sources: readonly OwnerSource[];
  /** Parts that are malloc's, a thread's stack or of the Java heap are left out. */
  ranges: readonly OwnerRange[];
  /** Processor time, in milliseconds; four times as much may pass. Undefined: as long as it takes, and no longer than ten minutes. */
  budgetMs?: number | undefined;
  /** Of how many classes, those with most bytes, to tell who holds their objects. Default none. */
  climbs?: number | undefined;
  /**
   * Nobody tells where the blocks are, since another allocator than glibc's serves the process: `ranges` are its memory, in order of address, and owners are
   * classes whose objects hold addresses in it. Each distinct address counts as a block, of no bytes. Default false.
   */
  byPoints?: boolean | undefined;
  /** Calls it off: it rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** ld-linux-x86-64.so.2, or before glibc 2.34 also ld-2.31.so. */
const dynamicLinker = /^ld-(?:linux|\d).*\.so/;
const noSource = 0xffff_ffff;

/** In the order of native/owners/owners.h. */
const kindNumbers: Record<OwnerSource['kind'], number> = { jvm: 1, library: 2, mapped: 4 };

/**
 * Who owns the blocks of malloc in a process, read from outside, off the JavaScript thread. The process does not stop, and its RSS does not change.
 *
 * @throws OffheapError when there is nothing to read or no permission to
 */
export async function findOwners(pid: number, options: FindOwnersOptions): Promise<NativeOwners> {
  const verdict = await find(options, (...given) => loadBinding().findOwners(pid, ...given));
  if (verdict.status === 'deadline') throw late(`process ${pid}`, verdict.what, `offheap owners ${pid} --budget=1m`);
  if (verdict.status !== 'ok' || !verdict.owners) throw toInspectError(pid, verdict);
  return verdict.owners;
}

/**
 * The same of a core file.
 *
 * @param options `root`: below which the files are that the process had mapped; undefined: they are not looked for
 * @throws OffheapError where malloc's heaps are not in it
 */
export async function findCoreOwners(
  core: Pick<CoreFile, 'number' | 'file'>,
  { root, ...options }: FindOwnersOptions & { root: string | undefined },
): Promise<NativeOwners> {
  const verdict = await find(options, (...given) => loadBinding().findCoreOwners(core.number, ...given, root));
  const file = quote(core.file);
  if (verdict.status === 'deadline') throw late(file, verdict.what, `offheap owners ${file} --budget=1m`);
  if (verdict.status !== 'ok' || !verdict.owners) throw toCoreError(core.file, verdict);
  return verdict.owners;
}

type Given = Parameters<NativeBinding['findOwners']> extends [number, ...infer Others] ? Others : never;

async function find(
  { sources, ranges, budgetMs = 0, climbs = 0, byPoints = false, signal }: FindOwnersOptions,
  by: (...given: Given) => ReturnType<NativeBinding['findOwners']>,
): ReturnType<NativeBinding['findOwners']> {
  const linker = sources.findIndex(({ kind, name }) => kind === 'library' && dynamicLinker.test(name));
  const loader = linker < 0 ? noSource : linker;
  const kinds = Uint8Array.from(sources, ({ kind }) => kindNumbers[kind]);
  const bounds = Float64Array.from(ranges.flatMap(({ start, end, source }) => [start, end, source]));
  return await withCancelFlag(signal, (flag) => by(budgetMs, climbs, kinds, bounds, flag, loader, byPoints));
}

function late(whose: string, what: string, command: string): OffheapError {
  return new OffheapError(
    'INSPECT_FAILED',
    `The owners of ${whose} could not be found in the time for it: ${what} was not finished. Give it more: ${command}`,
  );
}
