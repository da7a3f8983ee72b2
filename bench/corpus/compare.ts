import type { DoctorResult, Finding } from '../../src/model/doctor.ts';
import { formatMiB } from '../../src/model/units.ts';
import { blocksInUseBytes } from '../../src/stats/process-figures.ts';
import type { Tried } from './trial.ts';

/** Less is what two equal runs differ by. */
const materialShare = 0.1;
const freedShare = 0.5;

/** What a cure did, by two looks; RSS before it is that of the program at rest. */
export function compare(
  before: DoctorResult,
  after: DoctorResult,
  { evidence }: Finding,
  rssBeforeBytes: number,
  moves = false,
): Omit<Tried, 'applied'> {
  const rssAfterBytes = after.evidence.rssBytes;
  const [inUseBeforeBytes, inUseAfterBytes] = [inUse(before), inUse(after)];
  const figures = { rssBeforeBytes, rssAfterBytes, inUseBeforeBytes, inUseAfterBytes };
  const fallen = rssBeforeBytes - rssAfterBytes;
  if (!moves && fallen < -materialShare * rssBeforeBytes) return { outcome: 'harms', because: 'RSS is larger with it', ...figures };
  const [largestBefore, largestAfter] = [largestHeapBytes(before), largestHeapBytes(after)];
  if (largestAfter > largestBefore * (1 + materialShare)) {
    return {
      outcome: 'harms',
      because: `the heap may become as large as ${formatMiB(largestAfter)} MiB, not ${formatMiB(largestBefore)}`,
      ...figures,
    };
  }
  if (fallen >= materialShare * rssBeforeBytes) return { outcome: 'gives back', ...figures };
  const freed = inUseBeforeBytes - inUseAfterBytes;
  return { outcome: freed > 0 && freed >= freedShare * Number(evidence['bytes']) ? 'frees' : 'does nothing', ...figures };
}

/** Of malloc; 0 where it cannot be read. */
const inUse = ({ evidence: { malloc } }: DoctorResult) => (malloc === undefined ? 0 : blocksInUseBytes(malloc));

/** 0 of a program that is no JVM. */
const largestHeapBytes = ({ evidence: { jvm } }: DoctorResult) =>
  Number(jvm?.flags.map((flag) => /^-XX:MaxHeapSize=(\d+)$/.exec(flag)?.[1]).find((digits) => digits !== undefined) ?? 0);
