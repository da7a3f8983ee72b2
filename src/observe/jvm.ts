import {
  type AskOptions,
  type AttachFailure,
  askJvm,
  finalizerInfo,
  type JvmAnswers,
  loaderStats,
  nmtSummary,
  Questions,
  systemMap,
  threadPrintAgain,
} from '../jvm/ask.ts';
import { type AttachOptions, runDiagnosticCommand } from '../jvm/attach.ts';
import { withKnownScale } from '../jvm/nmt-scale.ts';
import type { AddressRange } from '../model/address-range.ts';
import type { CodeCache, Compile } from '../model/compiler-evidence.ts';
import type { AwaitingFinalization } from '../model/jvm-threads.ts';
import { present } from '../model/present.ts';
import type { JvmPlace } from '../native/jvm-places.ts';
import { type ClassCount, parseClassHistogram } from '../parse/class-histogram.ts';
import { parseCodeCache } from '../parse/code-cache.ts';
import { parseCompiles } from '../parse/compiles.ts';
import { type HeapInfo, parseHeapInfo } from '../parse/heap-info.ts';
import { type NmtRange, type NmtSummary, parseNmtRanges, parseNmtSummary, parseNmtTotal } from '../parse/nmt.ts';
import { parseFinalizerInfo, type ReferenceThread } from '../parse/reference-threads.ts';
import { parseSystemMap, type TaggedRange } from '../parse/system-map.ts';
import { type JavaThread, parseThreadPrint } from '../parse/thread-print.ts';
import { parseVmInfo, type VmInfo } from '../parse/vm-info.ts';
import { parseLoaderStats, parseMetaspaceCounts, parseVmFlags, parseVmUptimeMs, parseVmVersion } from '../parse/vm-texts.ts';
import { standingThreads } from './standing-threads.ts';

/** What a JVM says of itself, in values: the texts of its answers end here. Absent, or empty, is what it did not tell. */
export interface JvmFacts {
  version?: string;
  uptimeMs?: number;
  flags: string[];
  heap: HeapInfo;
  info: VmInfo;
  /** Reserved addresses of the Java heap, by whichever of its answers has them; empty under ZGC, which has none. */
  heapRanges: AddressRange[];
  /** What its own structures tell of addresses; empty where its answers do, or nobody looked. */
  places: JvmPlace[];
  /** With the class space. */
  metaspace?: HeapInfo['metaspace'];
  classSpace?: HeapInfo['classSpace'];
  metaspaceCounts?: ReturnType<typeof parseMetaspaceCounts>;
  nmt?: NmtSummary;
  isNmtOff: boolean;
  nmtRanges: NmtRange[];
  /** What it has where, by its mappings; empty where nobody asked, or it does not tell. */
  systemMap: TaggedRange[];
  threads: JavaThread[];
  /** Of finalizers and Cleaners, those that stand still. */
  standing: ReferenceThread[];
  awaitingFinalization?: AwaitingFinalization;
  /** What its JIT compiler is at. */
  compiles: Compile[];
  codeCache?: CodeCache;
  /** Undefined when it was not asked, or not told in time. */
  classes?: ClassCount[];
  /** Diagnostic commands that this JVM has. */
  commands: ReadonlySet<string>;
  hasAnswered: boolean;
  /** Commands that it answered at a length beyond their bounds. */
  tooLong: readonly string[];
  /** Why it answered nothing, or nothing more. */
  failure?: AttachFailure;
}

/** @throws OffheapError NO_SUCH_PROCESS */
export async function askFacts(pid: number, options: AskOptions): Promise<JvmFacts> {
  return toFacts(await askJvm(pid, options));
}

/** It prints the bounds of the code heaps as VM.info does, and nothing else of it. */
const codeBounds = 'Compiler.codecache';

export function toFacts({ texts, commands, tooLong, failure }: JvmAnswers): JvmFacts {
  const text = (command: string) => texts.get(command) ?? '';
  const heap = parseHeapInfo(text('GC.heap_info'));
  const info = parseVmInfo(text('VM.info'));
  const nmt = parseNmtSummary(text(nmtSummary));
  const histogram = texts.get('GC.class_histogram -all');
  const counts = text('VM.metaspace');
  return {
    ...present('version', parseVmVersion(text('VM.version'))),
    ...present('uptimeMs', parseVmUptimeMs(text('VM.uptime'))),
    flags: parseVmFlags(text('VM.flags')),
    heap,
    info,
    heapRanges: heap.ranges.length > 0 || !info.heap ? heap.ranges : [info.heap],
    // JDK 25 tells the sizes in the text of VM.metaspace, older ones in that of GC.heap_info.
    ...present('metaspace', heap.metaspace ?? parseHeapInfo(counts).metaspace),
    ...present('classSpace', heap.classSpace ?? parseHeapInfo(counts).classSpace),
    ...present('metaspaceCounts', parseMetaspaceCounts(counts) ?? parseLoaderStats(text(loaderStats))),
    ...present('nmt', nmt),
    isNmtOff: /tracking is not enabled/i.test(text(nmtSummary)),
    places: [],
    nmtRanges: parseNmtRanges(text('VM.native_memory detail scale=1')),
    systemMap: parseSystemMap(text(systemMap)),
    threads: parseThreadPrint(text('Thread.print')),
    standing: standingThreads(text('Thread.print'), text(threadPrintAgain)),
    ...present('awaitingFinalization', parseFinalizerInfo(text(finalizerInfo))),
    compiles: parseCompiles(text('Thread.print')),
    ...present('codeCache', parseCodeCache(text('VM.info'))),
    ...present('classes', histogram === undefined ? undefined : parseClassHistogram(histogram)),
    commands,
    hasAnswered: texts.size > 0,
    tooLong,
    ...present('failure', failure),
  };
}

/** Of a process that is no JVM, or one that is not to be asked. */
export const noFacts: JvmFacts = toFacts({ texts: new Map(), commands: new Set(), tooLong: [] });

/**
 * Where its heap and its code lie, and nothing else of the facts. VM.info, which knows more addresses, is not asked: for its sake a JVM reads its own
 * symbol tables and keeps 4 to 5 MiB of malloc.
 *
 * @param options `withFlags`: and which flags it was started with
 * @throws OffheapError ATTACH_FAILED
 */
export async function askPlaces(pid: number, { withFlags, ...options }: AttachOptions & { withFlags: boolean }): Promise<JvmFacts> {
  const questions = new Questions(pid, options);
  await questions.ask('GC.heap_info');
  await questions.ask(codeBounds);
  if (withFlags) await questions.ask('VM.flags');
  // What it has committed of metaspace is soon untrue, and asked for once.
  const { metaspace: _, classSpace: __, ...places } = placesOf(questions);
  return places;
}

/**
 * The same at this moment: with how large metaspace is, by which it is found among the mappings.
 *
 * @throws OffheapError ATTACH_FAILED
 */
export async function askPlacesNow(pid: number, options: AttachOptions): Promise<JvmFacts> {
  const questions = new Questions(pid, options);
  await questions.ask('GC.heap_info');
  await questions.ask(codeBounds);
  const facts = placesOf(questions);
  if (facts.metaspace || facts.tooLong.length > 0) return facts;
  // From JDK 25 on GC.heap_info does not tell it.
  await questions.ask('VM.metaspace');
  return placesOf(questions);
}

function placesOf({ texts, tooLong }: Questions): JvmFacts {
  const renamed = [...texts].map(([command, text]) => [command === codeBounds ? 'VM.info' : command, text] as const);
  return toFacts({ texts: new Map(renamed), commands: new Set(), tooLong });
}

/** Undefined where Native Memory Tracking is off. @throws OffheapError ATTACH_FAILED */
export async function askNmt(pid: number, options: AttachOptions): Promise<NmtSummary | undefined> {
  return parseNmtSummary(await withKnownScale(nmtSummary, (command) => runDiagnosticCommand(pid, command, options)));
}

/** Reserved addresses of the Java heap; none under ZGC. @throws OffheapError ATTACH_FAILED, also where it does not know the command */
export async function askHeapRanges(pid: number, options: AttachOptions): Promise<AddressRange[]> {
  return parseHeapInfo(await runDiagnosticCommand(pid, 'GC.heap_info', options)).ranges;
}

/** All objects by class, dead ones among them: the JVM stands still while it walks its heap. @throws OffheapError ATTACH_FAILED */
export async function askClasses(pid: number, options: AttachOptions): Promise<ClassCount[]> {
  return parseClassHistogram(await runDiagnosticCommand(pid, 'GC.class_histogram -all', options));
}

/** Committed bytes of all categories; undefined where Native Memory Tracking is off. @throws OffheapError ATTACH_FAILED */
export async function askNmtCommitted(pid: number, options: AttachOptions): Promise<number | undefined> {
  return parseNmtTotal(await runDiagnosticCommand(pid, 'VM.native_memory summary', options))?.committedBytes;
}

/** Java threads, at a safepoint of some microseconds a thread. @throws OffheapError ATTACH_FAILED */
export async function askThreads(pid: number, options: AttachOptions): Promise<JavaThread[]> {
  return parseThreadPrint(await runDiagnosticCommand(pid, 'Thread.print', options));
}
