/** What one limit led to: whether every attempt at it survived. */
export interface TriedLimit {
  limitBytes: number;
  survived: boolean;
}

export interface SearchBounds {
  /** Limits are multiples of it, and the search ends when it is this close. */
  resolutionBytes: number;
  /** A guess to begin with, such as the peak without a limit. */
  startBytes: number;
  /** Nothing above it can be tried. */
  ceilingBytes: number;
}

export type NextLimit =
  | { kind: 'try'; limitBytes: number }
  /** The smallest limit that was survived, with none above it that was not. */
  | { kind: 'found'; limitBytes: number; largestTooSmallBytes: number | undefined }
  | { kind: 'none' };

/**
 * Bisection between the largest limit that some attempt did not survive and the smallest above it that all survived. A program near its limit lives by
 * chance: a death above a survived limit outweighs it, and the search goes on from there, in steps that double.
 */
export function nextLimit(tried: readonly TriedLimit[], { resolutionBytes, startBytes, ceilingBytes }: SearchBounds): NextLimit {
  const align = (bytes: number) => Math.max(1, Math.ceil(bytes / resolutionBytes)) * resolutionBytes;
  const ceiling = Math.floor(ceilingBytes / resolutionBytes) * resolutionBytes;
  const deaths = tried.filter(({ survived }) => !survived).map(({ limitBytes }) => limitBytes);
  const tooSmall = deaths.length === 0 ? undefined : Math.max(...deaths);
  const survived = tried
    .filter(({ survived, limitBytes }) => survived && limitBytes > (tooSmall ?? 0))
    .map(({ limitBytes }) => limitBytes);
  if (survived.length === 0) {
    const rise = resolutionBytes * 2 ** deaths.filter((limitBytes) => limitBytes >= align(startBytes)).length;
    const limitBytes = Math.min(ceiling, align(tooSmall === undefined ? startBytes : tooSmall + rise / 2));
    return limitBytes > (tooSmall ?? 0) ? { kind: 'try', limitBytes } : { kind: 'none' };
  }
  const smallest = Math.min(...survived);
  const middle = align((smallest + (tooSmall ?? 0)) / 2);
  if (middle < smallest) return { kind: 'try', limitBytes: middle };
  return { kind: 'found', limitBytes: smallest, largestTooSmallBytes: tooSmall };
}
