import { OffheapError } from '../model/errors.ts';
import { bytesPerMiB, formatCount } from '../model/units.ts';
import { requireSame } from '../observe/identity.ts';
import { observeOwners } from '../observe/owners.ts';
import { blocksInUseBytes } from '../stats/process-figures.ts';
import { largestOwners } from './largest-owners.ts';
import type { LookKind } from './look-kind.ts';
import { mostSavedMs } from './pace.ts';
import type { Look, OwnersLook, Subject, Turn } from './subject.ts';
import { newTurn } from './turns.ts';

/** Less is as every program has it, and a look at it would be another's delay. */
const leastBytes = 24 * bytesPerMiB;
/** Each takes some 50 bytes of this process while a look lasts, and the limit of its memory is a few hundred MiB. */
const mostBlocks = 4_000_000;
/** A first look at a small process: the classes of its JVM, and all of its memory that may hold pointers. */
const firstLookMs = 100;
/** Measured, for what the first look is expected to cost: blocks in use, and Java heap. */
const mallocMsPerMiB = 0.6;
const javaHeapMsPerMiB = 0.4;

/** Looks for who owns the blocks of malloc of processes that have enough of them, after a whole look has told so. */
export function ownerLooks(intervalMs: number): LookKind {
  return {
    instrument: 'owners',
    intervalMs,
    turnOf: (subject) => {
      const { look } = subject;
      if (!subject.owned && look?.malloc && blocksInUseBytes(look.malloc) >= leastBytes) subject.owned = { turn: firstTurn(look) };
      return subject.owned?.turn;
    },
    look: async (subject, { signal }) => {
      const look = await lookAtOwners(subject, signal);
      if (subject.owned) subject.owned.look = look;
    },
    forget: ({ owned }, olderThanMs) => {
      if (owned?.look && Date.now() - owned.look.takenAtMs > olderThanMs) delete owned.look;
    },
  };
}

/**
 * Nothing is told of a JVM whose Java heap cannot be read: what its classes own would be nobody's.
 *
 * @throws OffheapError as observeOwners()
 */
async function lookAtOwners(subject: Subject, signal: AbortSignal): Promise<OwnersLook> {
  const { pid } = subject;
  requireFewBlocks(subject);
  const { owners, liveBytes, whyNoHeap } = await observeOwners(pid, { budgetMs: mostSavedMs, signal });
  requireSame(subject);
  if (whyNoHeap !== undefined) {
    throw new OffheapError('NOT_INSPECTABLE', `The Java heap of process ${pid} could not be read: ${whyNoHeap}.`);
  }
  return { takenAtMs: Date.now(), owners: largestOwners(owners, liveBytes) };
}

function requireFewBlocks({ pid, look }: Subject): void {
  const blocks = look?.malloc ? look.malloc.totals.liveChunks + look.malloc.mmapped.chunks : 0;
  if (blocks <= mostBlocks) return;
  throw new OffheapError(
    'INSPECT_FAILED',
    `Expected process ${pid} to have ${formatCount(mostBlocks)} blocks in use at most, found ${formatCount(blocks)}. Look at it alone: offheap owners ${pid}`,
  );
}

function firstTurn({ malloc, regions }: Look): Turn {
  const heapBytes = regions.find(({ kind }) => kind === 'java heap')?.rssBytes ?? 0;
  const mallocBytes = malloc ? blocksInUseBytes(malloc) : 0;
  return newTurn(firstLookMs + (mallocBytes * mallocMsPerMiB + heapBytes * javaHeapMsPerMiB) / bytesPerMiB);
}
