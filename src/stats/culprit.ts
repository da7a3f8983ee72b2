import type { CellLook } from '../model/cell-look.ts';
import type { FindingCode } from '../model/doctor.ts';
import type { Cell } from '../model/result.ts';
import { formatMiB } from '../model/units.ts';

type LookFinding = CellLook['findings'][number];

/** What explains less of a figure than this is not its culprit. */
const leastShare = 0.25;

const ofFree: ReadonlySet<FindingCode> = new Set([
  'retained-pages',
  'retained-arena-tops',
  'retained-sub-page',
  'too-many-arenas',
  'allocator-idle',
  'lazily-freed',
  'huge-pages',
]);
const ofJavaHeap: ReadonlySet<FindingCode> = new Set(['java-heap-dominates', 'heap-counted-again', 'java-heap-growing']);
/** They tell of a limit, or of what nobody could see. */
const ofNoPart: ReadonlySet<FindingCode> = new Set(['near-limit', 'not-enough-evidence', 'memory-growing']);

/** Which findings can explain a quantity: all bytes in it are of the kind that these are about. */
const explaining = new Map<string, (finding: LookFinding) => boolean>([
  ['retained', ({ code }) => ofFree.has(code)],
  ['settled', () => true],
  ['peak', () => true],
  ['burst', () => true],
  ['native', ({ code }) => !ofJavaHeap.has(code)],
  ['live', ({ code }) => !ofJavaHeap.has(code) && !ofFree.has(code)],
  ['live-growth', ({ code }) => !ofJavaHeap.has(code) && !ofFree.has(code)],
  ['growth', () => true],
]);

/**
 * What explains most of a figure of a cell, as a trim or the doctor has shown it, in one to three sentences. Undefined where nothing that was seen explains a
 * quarter of it.
 *
 * @param measured of the quantity, in its unit; a share of it is told of what is in bytes alone
 */
export function culpritOf(cell: Cell, quantity: string, measured: number): string | undefined {
  const explains = explaining.get(quantity);
  if (!explains) return undefined;
  const leastBytes = quantity === 'growth' ? 0 : leastShare * measured;
  const trim = quantity === 'retained' ? describeTrim(cell, leastBytes) : undefined;
  if (trim !== undefined) return trim;
  const found = cell.look?.findings
    .filter((finding) => !ofNoPart.has(finding.code) && explains(finding) && (finding.bytes ?? 0) >= Math.max(1, leastBytes))
    .toSorted((a, b) => (b.bytes ?? 0) - (a.bytes ?? 0))[0];
  return found?.title ?? describeLargestOwner(cell, quantity, leastBytes) ?? describeLargestPart(cell, quantity, leastBytes);
}

function describeTrim({ phases: { settled, trimmed } }: Cell, leastBytes: number): string | undefined {
  if (!settled || !trimmed) return undefined;
  const bytes = settled.rssBytes - trimmed.rssBytes;
  return bytes < Math.max(1, leastBytes) ? undefined : `Malloc kept it free: a trim gave back ${formatMiB(bytes)} MiB.`;
}

function describeLargestOwner({ look }: Cell, quantity: string, leastBytes: number): string | undefined {
  const owner = quantity.startsWith('live') ? look?.owners.find(({ kind }) => kind !== 'nobody') : undefined;
  return owner && owner.bytes >= leastBytes ? `Its largest owner is ${owner.name}, ${formatMiB(owner.bytes)} MiB.` : undefined;
}

/** Of RSS alone is it known what it is made of. */
function describeLargestPart({ phases }: Cell, quantity: string, leastBytes: number): string | undefined {
  if (quantity !== 'settled' && quantity !== 'native') return undefined;
  const [largest] = Object.entries(phases.settled?.partsRssBytes ?? {})
    .filter(([kind]) => quantity === 'settled' || kind !== 'java heap')
    .toSorted(([, a], [, b]) => b - a);
  if (!largest || largest[1] < leastBytes) return undefined;
  return `Its largest part is ${largest[0]}, ${formatMiB(largest[1])} MiB.`;
}

/** Up to the first full stop that ends one: a number and a name have others within. */
export function firstSentence(text: string): string {
  return /^.*?\.(?= [A-Z]|$)/.exec(text)?.[0] ?? text;
}
