import { detectAllocator } from '../allocators/detect.ts';
import type { AskOptions } from '../jvm/ask.ts';
import { readPerfData } from '../jvm/perf-data.ts';
import { liveBytesOf, whyLiveIsWithdrawn } from '../model/counters.ts';
import type { AllocatorEvidence, Evidence, Region } from '../model/doctor.ts';
import { OffheapError } from '../model/errors.ts';
import type { HeapInspection } from '../model/inspection.ts';
import { openCounters } from '../native/counters.ts';
import { isMappedByJvm, parseMappedFiles } from '../parse/maps.ts';
import { parseEnviron } from '../parse/proc-fields.ts';
import { type Mapping, parseSmaps } from '../parse/smaps.ts';
import { readMemoryCgroup } from '../process/cgroup.ts';
import { PageMap } from '../process/page-map.ts';
import { readProgram } from '../process/program.ts';
import { readThreadPlaces } from '../process/threads.ts';
import { type AttachClues, allocatorBlindness, attachBlindness, type BlindSpot, jvmBlindness } from './blind.ts';
import { sumJavaHeap } from './heap-range.ts';
import { readCommand, readIdentity, readProcFile, requireSame } from './identity.ts';
import { askFacts, type JvmFacts, noFacts } from './jvm.ts';
import { toJvmEvidence } from './jvm-evidence.ts';
import { knownRanges } from './regions/known-ranges.ts';
import { cutMappings, needsPageMap, type Piece, sumRegions } from './regions/regions.ts';

/** The glibc heap inspector. */
export type InspectHeap = (pid: number, options: { budgetMs: number }) => Promise<HeapInspection>;

export interface CollectOptions {
  inspect: InspectHeap;
  /** Ask the JVM for a class histogram, which stops it while it walks its heap. */
  histogram?: boolean;
  /** Ask a JVM whose NMT is at `detail` for its addresses by category: exact, but the JVM works on them for a second. */
  nmtRanges?: boolean;
  /** For all answers of the JVM together. */
  timeoutMs?: number;
  /** For the walk of the malloc heaps. */
  budgetMs?: number;
}

const defaults = { histogram: false, nmtRanges: false, timeoutMs: 1000, budgetMs: 1500 };
/** Thread.print takes some microseconds a thread, at a safepoint; of more threads than this the names are the kernel's. */
const maxPrintedThreads = 2000;
/** Address space whose page map is read to divide mappings: 8 bytes a page, so this is 8 MiB. */
const maxPageMapBytes = 4 * 1024 ** 3;

export interface Look {
  mappings: Mapping[];
  jvm: JvmFacts | undefined;
  inspection: HeapInspection | undefined;
}

/**
 * Everything that can be known of a process from outside: nothing is loaded into it, and it is not stopped. What could not be looked at is in
 * `blind`.
 *
 * @throws OffheapError NO_SUCH_PROCESS, also when it ends meanwhile, or NO_PERMISSION.
 */
export async function collectEvidence(pid: number, options: CollectOptions): Promise<Evidence> {
  const { histogram, nmtRanges, timeoutMs, budgetMs } = { ...defaults, ...options };
  const identity = await readIdentity(pid);
  const takenAt = new Date().toISOString();
  const [command, maps, environ] = await Promise.all([readCommand(pid), readProcFile(pid, 'maps'), readProcFile(pid, 'environ')]);
  const environment = parseEnviron(environ);
  const files = [...parseMappedFiles(maps)];
  const isJvm = isMappedByJvm(files);
  const allocator = detectAllocator({ mappedFiles: files, environment, ...(await readProgram(pid)) });
  const blind: BlindSpot[] = [...allocatorBlindness(allocator, isJvm)];
  const ask = { timeoutMs, histogram, nmtRanges, threads: identity.threads <= maxPrintedThreads };
  const [told, inspection] = await Promise.all([
    isJvm ? askUnlessRefused(pid, ask, { command, environment, counters: await readPerfData(pid, files) }, blind) : undefined,
    allocator.name === 'glibc' ? inspectOrSay(pid, options.inspect, budgetMs, blind) : undefined,
  ]);
  const mappings = parseSmaps(await readProcFile(pid, 'smaps'));
  const regions = toRegions(pid, { mappings, jvm: told, inspection }, { allocator, isJvm }, blind);
  const jvm =
    told && toJvmEvidence(told, { heapRss: sumJavaHeap(mappings, told.heapRanges), counters: await readPerfData(pid, files) });
  if (told) blind.push(...jvmBlindness(told, { mappings, histogram, threads: ask.threads }));
  await requireSame(identity);
  const cgroup = readMemoryCgroup(pid);
  const counters = readCounters(pid, blind);
  return {
    pid,
    command,
    takenAt,
    uptimeMs: identity.uptimeMs,
    rssBytes: sumOf(mappings, 'rssBytes'),
    swapBytes: sumOf(mappings, 'swapBytes'),
    threads: identity.threads,
    regions,
    ...(cgroup ? { cgroup: cgroupOf(cgroup) } : {}),
    allocator,
    ...(inspection ? { malloc: inspection } : {}),
    ...(counters ? { counters } : {}),
    ...(jvm ? { jvm: { ...jvm, canTrim: jvm.canTrim && allocator.name === 'glibc' } } : {}),
    blind,
  };
}

async function askUnlessRefused(pid: number, options: AskOptions, clues: AttachClues, blind: BlindSpot[]): Promise<JvmFacts> {
  const refusal = attachBlindness(clues);
  // Such a JVM takes SIGQUIT for a request to print all stacks on its stdout, so it is not sent one.
  if (refusal) {
    blind.push(refusal);
    return noFacts;
  }
  return askFacts(pid, options);
}

async function inspectOrSay(
  pid: number,
  inspect: InspectHeap,
  budgetMs: number,
  blind: BlindSpot[],
): Promise<HeapInspection | undefined> {
  try {
    return await inspect(pid, { budgetMs });
  } catch (error) {
    blind.push({ instrument: 'malloc heap inspector', reason: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}

/** RSS by part. Parts that had to be divided without the page map are told in `blind`. */
export function toRegions(
  pid: number,
  { mappings, jvm, inspection }: Look,
  { allocator, isJvm }: { allocator: AllocatorEvidence; isJvm: boolean },
  blind: BlindSpot[],
): Region[] {
  const ranges = knownRanges({
    mappings,
    jvm: jvm ?? noFacts,
    inspection,
    threads: readThreadPlaces(pid),
    isJvm,
    isGlibc: allocator.name === 'glibc',
  });
  const pieces = cutMappings(mappings, ranges, allocator.name);
  const skipped = readPageMap(pid, pieces);
  if (skipped > 0) {
    blind.push({
      instrument: 'page map',
      reason: `${skipped} parts of mappings of two kinds are divided by size, since their pages could not be looked at.`,
    });
  }
  return sumRegions(pieces);
}

/** Tells the pieces of divided mappings what of them is present. Returns how many could not be told. */
function readPageMap(pid: number, pieces: readonly Piece[]): number {
  const wanted = pieces.filter(needsPageMap);
  if (wanted.length === 0) return 0;
  const pageMap = PageMap.open(pid);
  let left = maxPageMapBytes;
  let skipped = 0;
  for (const piece of wanted) {
    left -= piece.end - piece.start;
    const present = left < 0 ? undefined : pageMap?.presentBytes(piece.start, piece.end);
    if (present === undefined) skipped++;
    else piece.presentBytes = present;
  }
  pageMap?.close();
  return skipped;
}

function readCounters(pid: number, blind: BlindSpot[]): Evidence['counters'] {
  try {
    const reader = openCounters({ pid });
    try {
      const snapshot = reader.read();
      const peak = snapshot.peakLiveRequestedBytes ?? snapshot.peakLiveUsableBytes;
      const reason = whyLiveIsWithdrawn(snapshot);
      if (reason !== undefined) {
        blind.push({ instrument: 'counter page', reason });
        return undefined;
      }
      const liveBytes = liveBytesOf(snapshot);
      return liveBytes === undefined ? undefined : { liveBytes, ...(peak === undefined ? {} : { peakLiveBytes: peak }) };
    } finally {
      reader.close();
    }
  } catch (error) {
    if (!(error instanceof OffheapError)) throw error;
    // Most processes have no counter page.
    if (error.code !== 'COUNTERS_NOT_FOUND') blind.push({ instrument: 'counter page', reason: error.message });
    return undefined;
  }
}

function cgroupOf({
  version,
  limitBytes,
  usageBytes,
}: NonNullable<ReturnType<typeof readMemoryCgroup>>): NonNullable<Evidence['cgroup']> {
  return {
    version,
    ...(limitBytes === undefined ? {} : { limitBytes }),
    ...(usageBytes === undefined ? {} : { usageBytes }),
  };
}

function sumOf(mappings: readonly Mapping[], field: 'rssBytes' | 'swapBytes'): number {
  return mappings.reduce((sum, mapping) => sum + mapping[field], 0);
}
