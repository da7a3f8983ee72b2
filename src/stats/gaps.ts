export interface Gap {
  fromMs: number;
  toMs: number;
}

/** A few late samples are a busy machine; more in a row leave a hole that no line may be drawn across. */
const tolerableIntervals = 5;

/** Spans between neighbouring samples of over five intervals. `atMs` ascends. */
export function findGaps(atMs: readonly number[], intervalMs: number): Gap[] {
  return atMs.flatMap((toMs, index) => {
    const fromMs = atMs[index - 1];
    return fromMs !== undefined && toMs - fromMs > tolerableIntervals * intervalMs ? [{ fromMs, toMs }] : [];
  });
}
