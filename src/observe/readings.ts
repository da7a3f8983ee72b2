import { detectAllocator } from '../allocators/detect.ts';
import type { AskOptions } from '../jvm/ask.ts';
import { allowsAttach } from '../jvm/attach-allowed.ts';
import { readJvmArguments } from '../jvm/jvm-arguments.ts';
import { readPerfData } from '../jvm/perf-data.ts';
import type { FoundBlockMakers } from '../model/block-makers.ts';
import type { AllocatorEvidence, Evidence, Region } from '../model/doctor.ts';
import type { HeapInspection } from '../model/inspection.ts';
import { printable } from '../model/printable.ts';
import { formatCount } from '../model/units.ts';
import type { Unknown } from '../model/unknown.ts';
import { isMappedByJvm, parseMappedFiles } from '../parse/maps.ts';
import type { Mapping } from '../parse/smaps.ts';
import { readArguments } from '../process/command-line.ts';
import { type ProgramFile, readProgram } from '../process/program.ts';
import { explainRefusal } from '../process/ptrace-permission.ts';
import { describeSlowMount } from '../process/slow-mounts.ts';
import { rootOf } from '../process/target-path.ts';
import { maxThreads, type ThreadPlace } from '../process/threads.ts';
import { readBlockMakers } from './block-makers.ts';
import { readContainer } from './container.ts';
import { type Identity, readEnvironment, readIdentity, readProcFile, requireSame } from './identity.ts';
import { inspectPatiently } from './inspect-patiently.ts';
import { askFacts, type JvmFacts, noFacts } from './jvm.ts';
import { readLiveCounters } from './live-counters.ts';
import { type HugePages, readMemory } from './memory.ts';
import { ownLibraries } from './own-libraries.ts';
import { withOwnPlaces } from './own-places.ts';
import { lookForOwners } from './owners-look.ts';
import { runtimeOf } from './runtime.ts';
import { type Looked, unknownBecause, unknownOfHeaps, unknownOfJvm, unknownOfPlaces, unknownUnder } from './unknown.ts';

/** The glibc heap inspector. */
export type InspectHeap = (pid: number, options: { budgetMs: number; signal?: AbortSignal }) => Promise<HeapInspection>;

export interface ReadingOptions {
  inspect: InspectHeap;
  /** Ask the JVM for a class histogram, which stops it while it walks its heap. */
  histogram: boolean;
  /** Ask a JVM whose NMT is at `detail` for its addresses by category: exact, but the JVM works on them for a second. */
  nmtRanges: boolean;
  /** Ask a JVM that has NMT on and knows it for System.map. Default: true. */
  systemMap?: boolean;
  /** Ask a JVM with much of malloc in use which ways of asking for blocks its Java code has used. Each question stops it for about a microsecond per class. */
  blockMakers?: boolean;
  /** For all answers of the JVM together. */
  timeoutMs: number;
  /** Processor time for the walk of the malloc heaps. */
  budgetMs: number;
  /** For that walk and those that follow, for longer, where it left much unread. Default 0: none follows. */
  patienceMs?: number;
  /** Processor time for finding who owns the blocks of malloc. Default 0: nobody looks. */
  ownersBudgetMs?: number;
  /** Where a JVM answers, another look follows, which looks for owners as well: this one does not. */
  isWarmUp?: boolean;
  /** Blocks in use at an earlier look: where there are more now, it is looked for owners however little there is. */
  inUseBeforeBytes?: number | undefined;
  /** Called before each that follows, with the processor time that it may take. */
  onLonger?: ((budgetMs: number) => void) | undefined;
  /** Calls it off: it rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** What was read of a process, each instrument once. */
export interface Readings {
  identity: Identity;
  /** ISO 8601. */
  takenAt: string;
  /** ISO 8601, of the heaps and mappings. */
  measuredAt: string;
  argv: string[];
  isJvm: boolean;
  allocator: AllocatorEvidence;
  mappings: Mapping[];
  regions: Region[];
  /** As the kernel names them; 32,768 at most. */
  threads: ThreadPlace[];
  /** Undefined of what is no JVM. */
  jvm: JvmFacts | undefined;
  /** jvmstat's, after the JVM has answered. */
  perfData: ReadonlyMap<string, string> | undefined;
  runtime: Evidence['runtime'];
  inspection: HeapInspection | undefined;
  hugePages: HugePages | undefined;
  /** Undefined when it was not asked, or not told. */
  blockMakers: FoundBlockMakers | undefined;
  /** Paths of the program's own. */
  libraries: string[];
  cgroup: Evidence['cgroup'];
  counters: Evidence['counters'];
  owners: Evidence['owners'];
  unknown: Unknown[];
}

/** Thread.print takes some microseconds a thread, at a safepoint; of more threads than this the names are the kernel's. */
const maxPrintedThreads = 2000;

/** @throws OffheapError NO_SUCH_PROCESS, PROCESS_ENDED or NO_PERMISSION */
export async function takeReadings(pid: number, options: ReadingOptions): Promise<Readings> {
  const identity = await readIdentity(pid);
  const takenAt = new Date().toISOString();
  const start = await readStart(pid);
  const { argv, files, environment } = start;
  const isJvm = isMappedByJvm(files);
  const program = await readProgram(pid);
  const detected = detectAllocator({ mappedFiles: files, environment, ...program });
  const threads = identity.threads <= maxPrintedThreads;
  const jvm = isJvm ? await askJvm(pid, start, { ...options, systemMap: options.systemMap ?? true, threads }) : nothing;
  const heaps: Unknown[] = [];
  const inspect = () => inspectHeaps(pid, options, heaps);
  const measuredAt = new Date().toISOString();
  const { signal } = options;
  const memory = await readMemory(pid, {
    allocator: detected.name,
    isJvm,
    jvm: jvm.value ?? noFacts,
    inspect,
    walksUnknown: true,
    readsHugePages: true,
    signal,
  });
  const { mappings } = memory;
  const isGuessed = memory.allocator !== detected.name;
  const allocator = isGuessed ? { ...detected, name: memory.allocator, library: program.programPath ?? '' } : detected;
  const libraries = ownLibraries(mappings, { ...allocator, root: rootOf(pid) });
  const isWarmUp = options.isWarmUp === true && jvm.value !== undefined;
  const owners = isWarmUp ? nothing : await lookForOwners(pid, memory.inspection, options);
  const asked = options.blockMakers === true && isJvm;
  const makers = asked
    ? await readBlockMakers(pid, { jvm: jvm.value, inspection: memory.inspection, libraries }, options)
    : nothing;
  const perfData = isJvm ? await readPerfData(pid, files) : undefined;
  const counters = readLiveCounters(pid);
  const cgroup = await readContainer(pid);
  requireSame(identity);
  return {
    identity,
    takenAt,
    measuredAt,
    argv,
    isJvm,
    allocator,
    runtime: isJvm ? undefined : runtimeOf({ mappedFiles: files, ...program, isNativeImage: memory.imageHeap !== undefined }),
    mappings,
    regions: memory.regions,
    threads: memory.threads,
    jvm: jvm.value,
    perfData,
    inspection: memory.inspection,
    hugePages: memory.hugePages,
    blockMakers: makers.value,
    libraries,
    cgroup,
    counters: counters.value,
    owners: owners.value,
    unknown: [
      ...start.unknown,
      ...unknownOfProgram(program),
      ...unknownUnder(allocator, isJvm),
      ...jvm.unknown,
      ...(allocator.name === 'unknown' ? [] : heaps),
      ...unknownOfHeaps(memory.inspection),
      ...memory.unknown,
      ...unknownOfDivision(memory.guessedParts),
      ...unknownOfHugePages(pid, memory.hugePages),
      ...unknownOfPlaces(memory.notFound, memory.regions),
      ...unknownOfThreads(identity.threads),
      ...(jvm.value ? unknownOfJvm(jvm.value, { mappings, histogram: options.histogram, threads }) : []),
      ...makers.unknown,
      ...owners.unknown,
      ...counters.unknown,
    ],
  };
}

const nothing: Looked<never> = { unknown: [] };

interface Start {
  argv: string[];
  environment: Map<string, string>;
  /** Mapped since. */
  files: string[];
  unknown: Unknown[];
}

async function readStart(pid: number): Promise<Start> {
  const [maps, { environment, isCut }] = await Promise.all([readProcFile(pid, 'maps'), readEnvironment(pid)]);
  const files = [...parseMappedFiles(maps)];
  const argv = isMappedByJvm(files) ? await readJvmArguments(pid, files) : await readArguments(pid);
  const unknown: Unknown[] = isCut ? [{ instrument: 'environment', code: 'too-long' }] : [];
  return { argv, files, environment, unknown };
}

async function askJvm(pid: number, { argv, environment, files }: Start, options: AskOptions): Promise<Looked<JvmFacts>> {
  if (allowsAttach({ argv, environment, counters: await readPerfData(pid, files) })) {
    return { value: await withOwnPlaces(pid, await askFacts(pid, options), options.signal), unknown: [] };
  }
  const value = await withOwnPlaces(pid, noFacts, options.signal);
  return { value, unknown: [{ instrument: 'jvm', code: 'attach-disabled' }] };
}

async function inspectHeaps(
  pid: number,
  { inspect, budgetMs, patienceMs = 0, onLonger, signal }: ReadingOptions,
  unknown: Unknown[],
): Promise<HeapInspection | undefined> {
  try {
    const inspectFor = (ms: number) => inspect(pid, { budgetMs: ms, ...(signal ? { signal } : {}) });
    return await inspectPatiently(inspectFor, { budgetMs, patienceMs, onLonger });
  } catch (error) {
    unknown.push(unknownBecause('heaps', error));
    return undefined;
  }
}

/** Exported for tests: no machine of theirs runs so many. */
export function unknownOfThreads(threads: number): Unknown[] {
  if (threads <= maxThreads) return [];
  const detail = `Of ${formatCount(threads)} threads the stacks of the first ${formatCount(maxThreads)} were looked for.`;
  return [{ instrument: 'threads', code: 'too-many', detail }];
}

function unknownOfHugePages(pid: number, hugePages: HugePages | undefined): Unknown[] {
  if (!hugePages) return [];
  const { sample } = hugePages;
  if (sample && (sample.pages.length > 0 || sample.extents.length === 0)) return [];
  const { why, cure } = explainRefusal(pid, 'attach');
  const detail = `How much of its huge pages was never written is not known: its memory may not be read, because ${why}. ${cure}`;
  return [{ instrument: 'huge pages', code: 'not-permitted', detail }];
}

function unknownOfProgram({ slowMount }: ProgramFile): Unknown[] {
  if (!slowMount) return [];
  return [{ instrument: 'program', code: 'slow-files', detail: `It was not read: ${printable(describeSlowMount(slowMount))}.` }];
}

function unknownOfDivision(guessedParts: number): Unknown[] {
  return guessedParts === 0 ? [] : [{ instrument: 'page map', code: 'divided-by-size', detail: String(guessedParts) }];
}
