import { setTimeout as delay } from 'node:timers/promises';
import { toPrintableJson } from '../../model/printable.ts';
import type { Course, Glance, LastLook } from '../../model/watch.ts';
import { renderFrame } from '../../reporters/watch/frame.ts';
import { renderWatchLine } from '../../reporters/watch/line.ts';
import { inLocale, terminalOptions } from './terminal.ts';
import { readKeys } from './watch-keys.ts';
import type { WatchSession } from './watch-session.ts';

/** ECMA-48 and xterm's DECSET: the alternate screen without a cursor, and back; what stood in the terminal is there again then. */
const enterScreen = '\x1b[?1049h\x1b[?25l';
const leaveScreen = '\x1b[?1049l\x1b[?25h';
const home = '\x1b[H';
const eraseLine = '\x1b[K';

export interface WatchRun {
  intervalMs: number;
  endMs: number;
  signal: AbortSignal;
  format: 'table' | 'json';
  color: boolean;
}

/** A line per process and tick, until all of them have ended. */
export async function printLines(session: WatchSession, { intervalMs, endMs, signal, format }: WatchRun): Promise<void> {
  await everyTick(session, { intervalMs, endMs, signal }, () => {
    for (const glance of session.view.glances)
      process.stdout.write(format === 'json' ? `${toPrintableJson(toRecord(glance))}\n` : inLocale(renderWatchLine(glance)));
    return !session.hasEnded;
  });
}

/** What a program reads of a tick. */
function toRecord({ rss, live, inUse: _inUse, threads: _threads, look, ...figures }: Glance) {
  return {
    at: new Date().toISOString(),
    ...figures,
    slopeBytesPerMinute: wholeSlope(rss),
    liveSlopeBytesPerMinute: live && wholeSlope(live),
    look: look && summariseLook(look),
  };
}

function wholeSlope({ slopeBytesPerMinute }: Course): number | undefined {
  return slopeBytesPerMinute === undefined ? undefined : Math.round(slopeBytesPerMinute);
}

function summariseLook({ evidence, verdict: _verdict, isProblem: _isProblem, ...figures }: LastLook) {
  return { ...figures, regions: Object.fromEntries(evidence.regions.map(({ kind, rssBytes }) => [kind, rssBytes])) };
}

/** The whole terminal, drawn anew at every tick, key and change of size. */
export async function showFrames(session: WatchSession, { intervalMs, endMs, signal, color }: WatchRun): Promise<void> {
  const { stdout, stdin } = process;
  const keyed = new AbortController();
  const draw = () => {
    const { columns: width = 80, rows: height = 24 } = stdout;
    const lines = renderFrame(session.view, { width, height, color: terminalOptions({ color }).color });
    // Each line is erased before it is written: behind a line of the full width, the cursor stands on its last character.
    stdout.write(home + lines.map((line) => eraseLine + inLocale(line)).join('\r\n'));
  };
  const releaseKeys = readKeys(stdin, ({ name }) => {
    if (session.press(name)) draw();
    else keyed.abort();
  });
  const leave = () => stdout.write(leaveScreen);
  stdout.write(enterScreen);
  // Also when offheap ends by an error nobody foresaw.
  process.once('exit', leave);
  stdout.on('resize', draw);
  try {
    await everyTick(session, { intervalMs, endMs, signal: AbortSignal.any([signal, keyed.signal]) }, () => {
      draw();
      return true;
    });
    await session.settled();
  } finally {
    stdout.off('resize', draw);
    releaseKeys();
    process.off('exit', leave);
    leave();
    for (const glance of session.view.glances) stdout.write(inLocale(renderWatchLine(glance)));
  }
}

/** Until the signal, the end of the time, or `onTick` returns false. */
async function everyTick(
  session: WatchSession,
  { intervalMs, endMs, signal }: Omit<WatchRun, 'format' | 'color'>,
  onTick: () => boolean,
): Promise<void> {
  const startedAt = performance.now();
  for (let ticks = 1; !signal.aborted; ticks++) {
    await session.tick();
    if (!onTick() || performance.now() - startedAt >= endMs) return;
    const due = startedAt + ticks * intervalMs;
    await delay(Math.max(0, due - performance.now()), undefined, { signal }).catch(() => {});
  }
}
