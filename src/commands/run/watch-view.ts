import { setTimeout as delay } from 'node:timers/promises';
import { toPrintableJson } from '../../model/printable.ts';
import { renderFrame, renderWatchLine } from '../../reporters/watch/frame.ts';
import { readKeys } from './watch-keys.ts';
import type { WatchSession } from './watch-session.ts';

/** ECMA-48 and xterm's DECSET: the alternate screen without a cursor, and back; what stood in the terminal is there again then. */
const enterScreen = '\x1b[?1049h\x1b[?25l';
const leaveScreen = '\x1b[?1049l\x1b[?25h';
const home = '\x1b[H';
const eraseLine = '\x1b[K';
const eraseBelow = '\x1b[J';

export interface WatchRun {
  intervalMs: number;
  endMs: number;
  signal: AbortSignal;
  format: 'table' | 'json';
}

/** A line per process and tick, until all of them have ended. */
export async function printLines(session: WatchSession, { intervalMs, endMs, signal, format }: WatchRun): Promise<void> {
  await everyTick(session, { intervalMs, endMs, signal }, () => {
    for (const glance of session.view.glances) {
      const { rssHistory, threads: _threads, ...figures } = glance;
      const json = () => `${toPrintableJson({ at: new Date().toISOString(), ...figures, look: summariseLook(glance) })}\n`;
      process.stdout.write(format === 'json' ? json() : renderWatchLine(glance));
    }
    return !session.hasEnded;
  });
}

function summariseLook({ look }: WatchSession['view']['glances'][number]) {
  if (!look) return undefined;
  const { evidence, ...figures } = look;
  return { ...figures, regions: Object.fromEntries(evidence.regions.map(({ kind, rssBytes }) => [kind, rssBytes])) };
}

/** The whole terminal, drawn anew at every tick, key and change of size. */
export async function showFrames(session: WatchSession, { intervalMs, endMs, signal }: WatchRun): Promise<void> {
  const { stdout, stdin } = process;
  const keyed = new AbortController();
  const draw = () => {
    const { columns: width = 80, rows: height = 24 } = stdout;
    const lines = renderFrame(session.view, { width, height, color: !process.env['NO_COLOR'] });
    stdout.write(`${home}${lines.join(`${eraseLine}\r\n`)}${eraseLine}${eraseBelow}`);
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
    for (const glance of session.view.glances) stdout.write(renderWatchLine(glance));
  }
}

/** Until the signal, the end of the time, or `onTick` returns false. */
async function everyTick(
  session: WatchSession,
  { intervalMs, endMs, signal }: Omit<WatchRun, 'format'>,
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
