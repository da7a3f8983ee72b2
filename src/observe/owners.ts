import { readJvmArguments } from '../jvm/jvm-arguments.ts';
import type { AddressRange } from '../model/address-range.ts';
import { OffheapError } from '../model/errors.ts';
import type { OwnersResult } from '../model/owners.ts';
import { ofNativeImage } from '../native/inspect-errors.ts';
import { findOwners } from '../native/owners.ts';
import { readResidentMemory } from '../native/resident-memory.ts';
import { isMappedByJvm, type MapsEntry, parseMaps } from '../parse/maps.ts';
import { readArguments, shortenCommand } from '../process/command-line.ts';
import { readMemory } from '../process/read-memory.ts';
import { readIdentity, readProcFile, requireSame } from './identity.ts';
import { type MallocServer, whoServes } from './malloc-server.ts';
import { findOwnerRoots, findPointedMemory } from './owner-roots.ts';
import { tellOwners } from './tell-owners.ts';

export interface OwnersOptions {
  /** Processor time, in milliseconds; default: as long as it takes. */
  budgetMs?: number | undefined;
  /** Of how many classes, those with most bytes, to tell who holds their objects. Each costs some readings of the Java heap. Default none. */
  holders?: number | undefined;
  /** Whether to tell what nobody's blocks begin with: contents of memory. */
  peek?: boolean | undefined;
  /** What serves malloc, where the caller knows; otherwise it is looked for. */
  server?: MallocServer | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Who owns the blocks of malloc in a process: nothing is loaded into it, and it does not stop. Of a JVM on another allocator than glibc's: which classes hold
 * addresses in its memory.
 *
 * @throws OffheapError NO_SUCH_PROCESS, NO_PERMISSION, NOT_GLIBC, NOT_INSPECTABLE, PROCESS_ENDED or INSPECT_FAILED
 */
export async function observeOwners(
  pid: number,
  { budgetMs, holders, peek = false, server, signal }: OwnersOptions = {},
): Promise<OwnersResult> {
  const identity = await readIdentity(pid);
  const takenAt = Date.now();
  const started = performance.now();
  const mappings = parseMaps(await readProcFile(pid, 'maps'));
  const argv = await argumentsOf(pid, mappings);
  const serving = server ?? (await whoServes(pid, mappings));
  const { name: allocator, isWalked } = serving;
  const roots = isWalked ? findOwnerRoots(mappings) : findPointedMemory(mappings);
  if (!isWalked && !roots.isJvm) throw ofNativeImage(pid) ?? neitherWalkedNorJava(`process ${pid}`, allocator, `pmap ${pid}`);
  const { rssBytes } = readResidentMemory(pid);
  const found = await findOwners(pid, { ...roots, byPoints: !isWalked, budgetMs, climbs: holders, signal });
  const read = (ranges: readonly AddressRange[]) => readMemory(pid, ranges);
  const told = await tellOwners(found, { roots, server: serving, mappings, peek, read });
  requireSame(identity);
  return {
    schemaVersion: 1,
    pid,
    command: shortenCommand(argv),
    takenAt,
    uptimeMs: identity.uptimeMs,
    durationMs: performance.now() - started,
    rssBytes,
    ...told,
  };
}

function argumentsOf(pid: number, mappings: readonly MapsEntry[]): Promise<string[]> {
  const files = mappings.map(({ path }) => path);
  return isMappedByJvm(files) ? readJvmArguments(pid, files) : readArguments(pid);
}

/** `whose`: the process or the core file; `cure`: a command that shows its mappings. */
export function neitherWalkedNorJava(whose: string, allocator: string, cure: string): OffheapError {
  return new OffheapError(
    'NOT_GLIBC',
    `Expected ${whose} to use glibc's malloc, or to be a JVM: ${allocator} serves it, whose blocks cannot be walked, and it has no Java heap that may hold their addresses. See what it maps: ${cure}`,
  );
}
