import { allocatorNamed } from '../allocators/registry.ts';
import type { AllocatorEvidence, Region, RegionKind } from '../model/doctor.ts';
import { OffheapError } from '../model/errors.ts';
import type { HeapInspection } from '../model/inspection.ts';
import type { Instrument, Unknown } from '../model/unknown.ts';
import type { Mapping } from '../parse/smaps.ts';
import { describeGaps, mallocRead } from '../stats/malloc-read.ts';
import { isZHeap } from './heap-range.ts';
import type { JvmFacts } from './jvm.ts';

/** What an instrument told, and what it could not. */
export interface Looked<Value> {
  value?: Value;
  unknown: Unknown[];
}

/** What cannot be known under an allocator that is not glibc's. */
export function unknownUnder({ name }: AllocatorEvidence, isJvm: boolean): Unknown[] {
  const { byInspector, byJvm } = allocatorNamed(name).sight;
  const unknown: Unknown[] = [];
  if (!byInspector) unknown.push({ instrument: 'heaps', code: 'other-allocator' });
  if (isJvm && !byJvm) unknown.push({ instrument: 'trim', code: 'other-allocator' });
  return unknown;
}

/** @throws what is no OffheapError: a fault of our own. */
export function unknownBecause(instrument: Instrument, error: unknown): Unknown {
  if (!(error instanceof OffheapError)) throw error;
  const code = error.code === 'NO_PERMISSION' ? 'not-permitted' : 'failed';
  return { instrument, code, detail: error.message };
}

/** What an inspection left unread. */
export function unknownOfHeaps(inspection: HeapInspection | undefined): Unknown[] {
  if (!inspection) return [];
  if (describeGaps(inspection).length === 0) return [];
  const { unreadBytes, estimatedBytes, missingBytes } = mallocRead(inspection);
  return [{ instrument: 'heaps', code: 'not-read', detail: String(unreadBytes + estimatedBytes + missingBytes) }];
}

/** What the JVM did not tell. */
export function unknownOfJvm(
  { isNmtOff, hasAnswered, tooLong, classes, failure }: JvmFacts,
  { mappings, histogram, threads }: { mappings: readonly Mapping[]; histogram: boolean; threads: boolean },
): Unknown[] {
  const unknown: Unknown[] = [];
  if (failure !== undefined) {
    const { problem, message } = failure;
    unknown.push({ instrument: 'jvm', code: problem === 'refused' ? 'failed' : problem, detail: message });
  }
  unknown.push(...tooLong.map((command): Unknown => ({ instrument: instrumentOf(command), code: 'too-long', detail: command })));
  if (isNmtOff) unknown.push({ instrument: 'nmt', code: 'switched-off' });
  if (hasAnswered && !threads) unknown.push({ instrument: 'threads', code: 'too-many' });
  if (hasAnswered && histogram && !classes && !tooLong.some(isOfClasses))
    unknown.push({ instrument: 'classes', code: 'no-answer' });
  if (isMappedTwice(mappings)) unknown.push({ instrument: 'java heap', code: 'counted-twice' });
  return unknown;
}

function instrumentOf(command: string): Instrument {
  if (isOfClasses(command)) return 'classes';
  if (command.startsWith('VM.native_memory')) return 'nmt';
  return command === 'Thread.print' ? 'threads' : 'jvm';
}

function isOfClasses(command: string): boolean {
  return command.startsWith('GC.class_histogram');
}

/** Less is what a JVM has of mappings for anything. */
const leastUnplacedBytes = 1024 ** 2;

/** What nobody could place is worth a word only where it can be in what is unexplained. */
export function unknownOfPlaces(notFound: readonly RegionKind[], regions: readonly Region[]): Unknown[] {
  const unexplained = regions.find(({ kind }) => kind === 'unexplained')?.rssBytes ?? 0;
  if (notFound.length === 0 || unexplained < leastUnplacedBytes) return [];
  return [{ instrument: 'addresses', code: 'not-told', detail: notFound.join(', ') }];
}

/** Whether two resident mappings show the same part of ZGC's heap. */
function isMappedTwice(mappings: readonly Mapping[]): boolean {
  const places = mappings
    .filter((mapping) => isZHeap(mapping) && mapping.rssBytes > 0)
    .map(({ inode, offset }) => `${inode}:${offset}`);
  return new Set(places).size < places.length;
}
