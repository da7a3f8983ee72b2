/** The part of the time axis that is shown, in milliseconds, within all there is. */
export interface View {
  fromMs: number;
  toMs: number;
}

/** Samples are milliseconds apart: nothing is seen closer than this. */
const shortestMs = 20;

export function zoom(view: View, all: View, factor: number, centreMs = (view.fromMs + view.toMs) / 2): View {
  const span = Math.max(shortestMs, (view.toMs - view.fromMs) * factor);
  const share = (centreMs - view.fromMs) / (view.toMs - view.fromMs || 1);
  return within({ fromMs: centreMs - span * share, toMs: centreMs + span * (1 - share) }, all);
}

/** Moves by a share of what is shown; stops at the ends. */
export function pan(view: View, all: View, share: number): View {
  const by = (view.toMs - view.fromMs) * share;
  return within({ fromMs: view.fromMs + by, toMs: view.toMs + by }, all);
}

function within({ fromMs, toMs }: View, all: View): View {
  const span = Math.min(toMs - fromMs, all.toMs - all.fromMs);
  const start = Math.min(Math.max(fromMs, all.fromMs), all.toMs - span);
  return { fromMs: start, toMs: start + span };
}
