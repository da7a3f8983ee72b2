import type { WatchView } from '../../model/watch.ts';
import { abbreviateCommand } from '../abbreviate.ts';
import type { Paint } from '../paint.ts';
import { slopeOf, wholeMiB } from './figures.ts';
import type { Screen } from './screen.ts';

const mostProcesses = 8;
const fewestProcesses = 3;
const listShare = 6;
const shortestCommand = 8;

/** A list, where several are watched; the focused one is in it. Of a small screen it leaves most to that one. */
export function processLines({ glances, focus }: WatchView, { width, height }: Screen, paint: Paint): string[] {
  if (glances.length < 2) return [];
  const count = Math.max(fewestProcesses, Math.min(mostProcesses, Math.floor(height / listShare)));
  const first = Math.max(0, Math.min(focus - Math.floor(count / 2), glances.length - count));
  const lines = glances.slice(first, first + count).map((glance, index) => {
    const isFocused = first + index === focus;
    const state = glance.ended === undefined ? (slopeOf(glance.rss) ?? '') : 'ended';
    const head = `${isFocused ? '▸' : ' '} ${String(glance.pid).padStart(7)} ${wholeMiB(glance.rssBytes).padStart(11)}  ${state.padEnd(14)} `;
    const line = head + abbreviateCommand(glance.command, Math.max(shortestCommand, width - head.length));
    return isFocused ? paint('bold', line) : line;
  });
  const hidden = glances.length - lines.length;
  return [...lines, ...(hidden > 0 ? [`  and ${hidden} more: ↑ ↓`] : []), ''];
}
