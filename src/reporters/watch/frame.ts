import cliTruncate from 'cli-truncate';
import type { WatchView } from '../../model/watch.ts';
import { type Paint, paintOf } from '../paint.ts';
import { besideLines } from './beside.ts';
import { blocksOf } from './blocks.ts';
import { curveLines } from './curves.ts';
import { headLines } from './head.ts';
import { footLines, keysHelp } from './keys.ts';
import { ownersLines } from './owners.ts';
import { processLines } from './processes.ts';
import type { Screen } from './screen.ts';

/** What the terminal shows now: exactly `height` lines, none wider than `width`; the keys are the last. A pure function of the view. */
export function renderFrame(view: WatchView, screen: Screen): string[] {
  const paint = paintOf(screen);
  const foot = footLines(view, screen, paint);
  const height = Math.max(0, screen.height - foot.length);
  const body = view.showsKeys ? keysHelp(screen, paint) : bodyLines(view, { ...screen, height }, paint);
  const above = Array.from({ length: height }, (_, index) => body[index] ?? '');
  return [...above, ...foot].map((line) => cliTruncate(line, screen.width));
}

function bodyLines(view: WatchView, screen: Screen, paint: Paint): string[] {
  const focused = view.glances[view.focus];
  if (!focused) return [];
  const lines = [
    ...processLines(view, screen, paint),
    ...headLines(focused, view, screen, paint),
    '',
    ...curveLines(focused, view, screen, paint),
    '',
  ];
  const height = screen.height - lines.length;
  const body = { width: screen.width, height };
  if (view.showsOwners) return [...lines, ...ownersLines(focused.owners ?? {}, body, paint)];
  return [...lines, ...besideLines(blocksOf(focused), body, paint)];
}
