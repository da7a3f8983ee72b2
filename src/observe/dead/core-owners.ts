import { stat } from 'node:fs/promises';
import { allocatorNamed } from '../../allocators/registry.ts';
import type { OwnersResult } from '../../model/owners.ts';
import { printableName } from '../../model/printable.ts';
import { quote } from '../../model/units.ts';
import { findCoreOwners } from '../../native/owners.ts';
import { parseCoreCounters } from '../../parse/core-counters.ts';
import type { MapsEntry } from '../../parse/maps.ts';
import { describeSlowMount, slowMountOf } from '../../process/slow-mounts.ts';
import { sumOf } from '../mappings.ts';
import { findOwnerRoots, findPointedMemory } from '../owner-roots.ts';
import { neitherWalkedNorJava } from '../owners.ts';
import { type OwnersTold, tellOwners } from '../tell-owners.ts';
import { toMappings } from './core-map.ts';
import { memoryOfCore } from './core-memory.ts';
import { sourceOf } from './core-origin.ts';
import { type CoreOptions, type CoreProcess, withCoreProcess } from './core-process.ts';

export interface CoreOwnersOptions extends CoreOptions {
  /** Processor time, in milliseconds; default: as long as it takes. */
  budgetMs?: number | undefined;
  /** Of how many classes to tell who holds their objects. Default none. */
  holders?: number | undefined;
  /** Whether to tell what nobody's blocks begin with: contents of memory. */
  peek?: boolean | undefined;
  /** The file as it was named; of an unpacked one that is another. */
  named?: string | undefined;
}

/**
 * Who owned the blocks of malloc in a process that has left a core file, as `observeOwners` tells of one that runs. HotSpot's description of itself is read out of the core,
 * and what it lacks of libjvm.so out of the file of the same build on this machine.
 *
 * @throws OffheapError INVALID_FILE, MISSING_FILE, NOT_GLIBC or INSPECT_FAILED
 */
export async function observeCoreOwners(path: string, options: CoreOwnersOptions): Promise<OwnersResult> {
  const started = performance.now();
  const { named = path } = options;
  return await withCoreProcess(path, options, async (process) => {
    const { core, content } = process;
    const mappings = toMappings(core, undefined);
    const { told, isImageUnchecked } = await ownersOfCore(process, mappings, options);
    const { uptimeMs = 0 } = content.counters ? parseCoreCounters(content.counters) : {};
    return {
      schemaVersion: 1,
      pid: core.pid,
      command: process.command,
      takenAt: Math.round((await stat(named)).mtimeMs),
      uptimeMs,
      durationMs: performance.now() - started,
      rssBytes: sumOf(mappings, 'rssBytes'),
      core: { ...sourceOf(core, named), ...(isImageUnchecked ? { isImageUnchecked } : {}) },
      ...told,
    };
  });
}

export interface OwnersOfCore {
  told: OwnersTold;
  /** Nothing tells whether the libjvm.so here is the core's. */
  isImageUnchecked: boolean;
  /** By thread id, where the JVM tells. */
  threadNames: ReadonlyMap<number, string>;
}

/** The same within other evidence of the core. */
export async function ownersOfCore(
  process: CoreProcess,
  mappings: readonly MapsEntry[],
  { budgetMs, holders, peek = false, sysroot, signal }: Omit<CoreOwnersOptions, 'isUnpacked' | 'named'>,
): Promise<OwnersOfCore> {
  const { core, allocator, isJvm } = process;
  const isWalked = allocator.name === 'unknown' || allocatorNamed(allocator.name).sight.byInspector;
  const roots = isWalked ? findOwnerRoots(mappings) : findPointedMemory(mappings);
  if (!isWalked && !isJvm) throw neitherWalkedNorJava(quote(core.file), allocator.name, `readelf --notes ${quote(core.file)}`);
  const files = placeOfFiles(process, sysroot);
  const given = { ...roots, byPoints: !isWalked, budgetMs, climbs: holders, signal };
  const found = await findCoreOwners(core, { ...given, root: files.root });
  const told = await tellOwners(found, {
    ...{ roots, server: { name: allocator.name, isWalked }, mappings, peek },
    read: memoryOfCore(core),
  });
  const { whyNoHeap } = told;
  return {
    told: { ...told, ...(whyNoHeap === undefined ? {} : { whyNoHeap: explain(whyNoHeap, files) }) },
    isImageUnchecked: found.heap?.isUnchecked === true,
    threadNames: new Map(found.heap ? (found.threadNames ?? []).map(({ tid, name }) => [tid, printableName(name)]) : []),
  };
}

interface FilesOfCore {
  /** Undefined: nothing is opened. */
  root: string | undefined;
  /** Of libjvm.so, with the folder before it. */
  image: string;
  whyNot?: string;
}

/** A core of another machine may name a place here where nobody answers. */
function placeOfFiles({ mappedFiles }: CoreProcess, sysroot = ''): FilesOfCore {
  const root = sysroot === '/' ? '' : sysroot.replace(/\/+$/, '');
  const slow = mappedFiles.map((path) => slowMountOf(process.pid, `${root}${path}`)).find((mount) => mount !== undefined);
  const image = `${root}${mappedFiles.find((path) => path.endsWith('/libjvm.so')) ?? ''}`;
  return slow ? { root: undefined, image, whyNot: describeSlowMount(slow) } : { root, image };
}

const cure = '(--sysroot=FOLDER names another folder with the files of the core’s machine, such as its container’s image)';

/** As a clause that ends without a point. */
function explain(whyNoHeap: string, { image, whyNot }: FilesOfCore): string {
  switch (whyNoHeap) {
    case 'its libjvm.so is not here':
      return whyNot === undefined
        ? `expected the JVM’s libjvm.so at ${quote(image)}, found none ${cure}`
        : `the JVM’s libjvm.so was not opened: ${whyNot} ${cure}`;
    case 'the libjvm.so here is of another build':
      return `expected ${quote(image)} to be the libjvm.so of the core, found one of another build id ${cure}`;
    default:
      return whyNoHeap;
  }
}
