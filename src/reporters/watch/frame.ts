import { styleText } from 'node:util';
import cliTruncate from 'cli-truncate';
import sparkly from 'sparkly';
import { liveShareOf } from '../../model/counters.ts';
import type { Evidence } from '../../model/doctor.ts';
import { printable } from '../../model/printable.ts';
import { bytesPerMiB, formatCount, formatMiB, formatPercent, formatSeconds } from '../../model/units.ts';
import type { Glance, WatchView } from '../../model/watch.ts';
import { abbreviateCommand } from '../abbreviate.ts';
import { bar } from '../bar.ts';

export interface Screen {
  width: number;
  height: number;
  color: boolean;
}

type Paint = (style: Parameters<typeof styleText>[0], text: string) => string;

const nameWidth = 16;
const numberWidth = 8;
const mostProcesses = 8;
/** Below it a part is left out. */
const leastShownBytes = 0.5 * bytesPerMiB;

/** What the terminal shows now: at most `height` lines, none wider than `width`. A pure function of the view. */
export function renderFrame(view: WatchView, { width, height, color }: Screen): string[] {
  const paint: Paint = (style, text) => (color ? styleText(style, text, { validateStream: false }) : text);
  const focused = view.glances[view.focus];
  if (!focused) return fit([printable(view.message), keysLine(view, paint)], { width, height });
  const foot = [...(view.message === '' ? [] : [printable(view.message)]), keysLine(view, paint)];
  const body = [
    ...processLines(view, width, paint),
    titleLine(focused, view, width, paint),
    ...memoryLines(focused, width, paint),
    ...(focused.look ? regionLines(focused.look.evidence, width) : [lookingLine(focused)]),
    ...arenaLines(focused),
    ...threadLines(focused),
  ];
  return fit([...body.slice(0, Math.max(0, height - foot.length)), ...foot], { width, height });
}

/** One line for what is no terminal. */
export function renderWatchLine({ pid, rssBytes, liveBytes, look, ended, command }: Glance): string {
  const parts = [
    `${new Date().toISOString()} ${pid}`,
    `RSS ${formatMiB(rssBytes)} MiB`,
    ...(liveBytes === undefined ? [] : [`live ${formatMiB(liveBytes)} MiB`]),
    ...(look?.freeBytes === undefined ? [] : [`free in heaps ${formatMiB(look.freeBytes)} MiB`]),
    ...(look?.trimmableBytes === undefined ? [] : [`trim gives back ${formatMiB(look.trimmableBytes)} MiB`]),
    ...(ended === undefined ? [] : [ended]),
  ];
  return `${parts.join(', ')}  ${abbreviateCommand(command, 60)}\n`;
}

function fit(lines: readonly string[], { width, height }: Pick<Screen, 'width' | 'height'>): string[] {
  return lines.slice(0, height).map((line) => cliTruncate(line, width));
}

/** A list, where several are watched; the focused one is in it. */
function processLines({ glances, focus }: WatchView, width: number, paint: Paint): string[] {
  if (glances.length < 2) return [];
  const first = Math.max(0, Math.min(focus - Math.floor(mostProcesses / 2), glances.length - mostProcesses));
  const lines = glances.slice(first, first + mostProcesses).map((glance, index) => {
    const isFocused = first + index === focus;
    const free = glance.look?.freeBytes === undefined ? '' : `free ${formatMiB(glance.look.freeBytes)}`;
    const state = glance.ended === undefined ? free : 'ended';
    const head = `${isFocused ? '▸' : ' '} ${String(glance.pid).padStart(7)} ${formatMiB(glance.rssBytes).padStart(numberWidth)} MiB  ${state.padEnd(11)} `;
    const line = head + abbreviateCommand(glance.command, Math.max(8, width - head.length));
    return isFocused ? paint('bold', line) : line;
  });
  const hidden = glances.length - lines.length;
  return [...lines, ...(hidden > 0 ? [`  and ${hidden} more: ↑ ↓`] : []), ''];
}

function titleLine({ pid, command, ended, look }: Glance, { intervalMs }: WatchView, width: number, paint: Paint): string {
  const state = ended === undefined ? `every ${formatSeconds(intervalMs)}` : `${ended}: its last values`;
  const up = look && ended === undefined ? `, up ${formatSeconds(look.evidence.uptimeMs + look.ageMs)}` : '';
  const head = `offheap watch ${pid}  ${state}${up}  `;
  return paint(ended === undefined ? 'bold' : 'red', head) + abbreviateCommand(command, Math.max(8, width - head.length));
}

function memoryLines(
  { rssBytes, rssHistory, liveBytes, liveWithheld, look, problem }: Glance,
  width: number,
  paint: Paint,
): string[] {
  const curveWidth = Math.max(0, Math.min(rssHistory.length, width - nameWidth - numberWidth - 3));
  const history = rssHistory.slice(rssHistory.length - curveWidth);
  const top = Math.max(1, ...rssHistory);
  const curve = curveWidth > 1 ? sparkly(history, { minimum: 0, maximum: top }) : '';
  const limitBytes = look?.evidence.cgroup?.limitBytes;
  const share = limitBytes === undefined ? 0 : rssBytes / limitBytes;
  return [
    `${'RSS'.padEnd(nameWidth)}${number(rssBytes)}  ${paint('cyan', curve)}`,
    ...(limitBytes === undefined
      ? []
      : [`${'of the limit'.padEnd(nameWidth)}${number(limitBytes)}  ${bar(share, barWidthOf(width))} ${formatPercent(share)}`]),
    ...(liveBytes === undefined
      ? []
      : [`${'live'.padEnd(nameWidth)}${number(liveBytes)}  allocated and not freed, by the counter page`]),
    ...(liveWithheld === undefined ? [] : [`${'live'.padEnd(nameWidth)}${'–'.padStart(numberWidth)}  ${liveWithheld}`]),
    ...(look?.freeBytes === undefined || look.trimmableBytes === undefined
      ? []
      : [
          `${'free in heaps'.padEnd(nameWidth)}${number(look.freeBytes)}  of which malloc_trim gives back ${formatMiB(look.trimmableBytes)}`,
        ]),
    ...(problem === undefined ? [] : [paint('red', printable(problem))]),
    '',
  ];
}

function lookingLine({ ended }: Glance): string {
  return ended === undefined ? 'looking at it …' : '';
}

function regionLines({ regions, rssBytes }: Evidence, width: number): string[] {
  return regions
    .filter((region) => region.rssBytes >= leastShownBytes)
    .toSorted((a, b) => b.rssBytes - a.rssBytes)
    .map(({ kind, rssBytes: bytes }) => `${kind.padEnd(nameWidth)}${number(bytes)}  ${bar(bytes / rssBytes, barWidthOf(width))}`);
}

function arenaLines({ look }: Glance): string[] {
  const malloc = look?.evidence.malloc;
  if (!malloc) return [];
  const freeOf = ({ residentFree }: (typeof malloc.arenas)[number]) =>
    Object.values(residentFree).reduce((sum, bytes) => sum + bytes, 0);
  const fullest = malloc.arenas.toSorted((a, b) => freeOf(b) - freeOf(a)).slice(0, 3);
  const described = fullest.map(
    (arena) => `${arena.isMain ? 'main ' : ''}${formatMiB(freeOf(arena))} of ${formatMiB(arena.rssBytes)}`,
  );
  const { inflaters, deflaters } = malloc.census;
  return [
    '',
    `${malloc.arenas.length} arenas; most free, of resident MiB: ${described.join(', ')}`,
    `zlib: ${formatCount(inflaters)} Inflaters, ${formatCount(deflaters)} Deflaters at most; looked at ${formatSeconds(look.ageMs)} ago, in ${Math.round(look.durationMs)} ms`,
  ];
}

function threadLines({ threads }: Glance): string[] {
  const holding = threads.filter((thread) => liveShareOf(thread) >= leastShownBytes);
  if (holding.length === 0) return [];
  return [
    '',
    'allocated less freed, by thread; a block may be freed by another one:',
    ...holding.map((thread) => `${printable(thread.name).padEnd(nameWidth)}${number(liveShareOf(thread))}`),
  ];
}

function keysLine({ armed, glances }: WatchView, paint: Paint): string {
  if (armed !== undefined) {
    const key = armed === 'trim' ? 't' : 'g';
    const what = armed === 'trim' ? 'have the JVM call malloc_trim' : 'have the JVM collect its whole heap';
    return paint('inverse', ` ${key} again: ${what}; any other key: not `);
  }
  const choose = glances.length > 1 ? '↑ ↓ choose  ' : '';
  return paint('dim', `${choose}t trim  g GC  s save  q quit`);
}

function barWidthOf(width: number): number {
  return Math.max(4, Math.min(40, width - nameWidth - numberWidth - 10));
}

function number(bytes: number): string {
  return formatMiB(bytes).padStart(numberWidth);
}
