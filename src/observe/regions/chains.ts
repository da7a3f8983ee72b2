import type { AddressRange } from '../../model/address-range.ts';
import type { Mapping } from '../../parse/smaps.ts';
import { findLast, withoutClaimed } from './ranges.ts';

/** A mapping of private anonymous memory, or what nobody has claimed of it. */
interface Span extends AddressRange {
  /** Writable, and accounted as what the JVM commits; else reserved only. */
  isCommitted: boolean;
}

/** Part of a chain. */
export interface Window extends AddressRange {
  committedBytes: number;
  startsWithMapping: boolean;
  endsWithMapping: boolean;
}

/** Unclaimed spans without a gap: somewhere in one lies what the JVM has reserved at once, whatever the kernel merged it with. */
export class Chain {
  readonly #spans: readonly Span[];
  /** Committed bytes below each span. */
  readonly #committedBelow: number[] = [];
  #committedBytes = 0;

  constructor(spans: readonly Span[]) {
    this.#spans = spans;
    for (const { start, end, isCommitted } of spans) {
      this.#committedBelow.push(this.#committedBytes);
      if (isCommitted) this.#committedBytes += end - start;
    }
  }

  /**
   * Where a reservation of so many bytes may lie that is committed from its start: on each multiple of `alignment`; without one, where it begins or ends with a
   * mapping.
   */
  windows(bytes: number, alignment?: number): Window[] {
    const [first, last] = [this.#spans[0], this.#spans.at(-1)];
    if (!first || !last || last.end - first.start < bytes) return [];
    const starts = new Set(
      this.#spans.flatMap((span) => (alignment === undefined ? [span.start, span.end - bytes] : multiplesWithin(span, alignment))),
    );
    return [...starts]
      .filter((start) => start >= first.start && start + bytes <= last.end && this.#spanAt(start)?.isCommitted)
      .map((start) => this.#window(start, start + bytes));
  }

  #window(start: number, end: number): Window {
    return {
      start,
      end,
      committedBytes: this.#committedUpTo(end) - this.#committedUpTo(start),
      startsWithMapping: this.#startsAt(start),
      endsWithMapping: this.#startsAt(end),
    };
  }

  #committedUpTo(address: number): number {
    const index = findLast(this.#spans, address);
    const span = this.#spans[index];
    if (!span) return 0;
    const within = span.isCommitted ? Math.min(address, span.end) - span.start : 0;
    return (this.#committedBelow[index] ?? 0) + within;
  }

  /** Also true of the end of the chain. */
  #startsAt(address: number): boolean {
    return (this.#spanAt(address)?.start ?? address) === address;
  }

  #spanAt(address: number): Span | undefined {
    const span = this.#spans[findLast(this.#spans, address)];
    return span && address < span.end ? span : undefined;
  }
}

/** What is only reserved may be terabytes, and nothing begins there. */
function multiplesWithin({ start, end, isCommitted }: Span, alignment: number): number[] {
  const first = Math.ceil(start / alignment) * alignment;
  const count = isCommitted ? Math.max(0, Math.ceil((end - first) / alignment)) : 0;
  return Array.from({ length: count }, (_, index) => first + index * alignment);
}

export function isExact({ startsWithMapping, endsWithMapping }: Window): boolean {
  return startsWithMapping && endsWithMapping;
}

/** What nobody has claimed of the memory that a JVM may have mapped. Both are sorted. */
export function unclaimedChains(mappings: readonly Mapping[], claimed: readonly AddressRange[]): Chain[] {
  const spans = mappings.flatMap((mapping): Span[] => {
    const isCommitted = isJvmCommitted(mapping);
    return isCommitted || isReserved(mapping) ? [{ start: mapping.start, end: mapping.end, isCommitted }] : [];
  });
  const chains: Span[][] = [];
  let end: number | undefined;
  for (const span of withoutClaimed(spans, claimed)) {
    if (span.start !== end) chains.push([]);
    chains.at(-1)?.push(span);
    end = span.end;
  }
  return chains.map((chain) => new Chain(chain));
}

/** The JVM commits without MAP_NORESERVE, unlike glibc its heaps. */
export function isJvmCommitted({ path, perms, vmFlags }: Mapping): boolean {
  return path === '' && perms === 'rw-p' && /\bac\b/.test(vmFlags) && !/\bnr\b/.test(vmFlags);
}

export function isReserved({ path, perms }: Mapping): boolean {
  return path === '' && perms === '---p';
}
