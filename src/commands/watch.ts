import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import { findProcesses } from '../jvm/find-jvms.ts';
import { exitCodes, OffheapError } from '../model/errors.ts';
import { parseDuration, parseInteger, quote } from '../model/units.ts';
import { readIdentity } from '../observe/identity.ts';
import { cacheFolder } from '../process/paths.ts';
import { renderFrame, renderWatchLine } from '../reporters/watch/frame.ts';
import { interruptible } from './interruptible.ts';
import { missingProcess } from './missing-target.ts';
import { readKeys } from './watch-keys.ts';
import { WatchSession } from './watch-session.ts';

interface WatchOptions {
  select?: string;
  rate: string;
  for?: string;
  timeout: string;
  format: 'table' | 'json';
}

/** Linux: PID_MAX_LIMIT. */
const largestPid = 2 ** 22;

/** ECMA-48 and xterm's DECSET: the alternate screen without a cursor, and back; what stood in the terminal is there again then. */
const [enterScreen, leaveScreen] = ['\x1b[?1049h\x1b[?25l', '\x1b[?1049l\x1b[?25h'];
const [home, eraseLine, eraseBelow] = ['\x1b[H', '\x1b[K', '\x1b[J'];

export function registerWatch(program: Command): void {
  program
    .command('watch')
    .description(
      'RSS, live bytes, what the heaps keep, RSS by part, arenas and threads of a running process, live. RSS and counters are read at every tick, which costs ' +
        'microseconds; the rest by looks from outside, as the doctor’s, that take a twentieth of a core at most. Where stdout is no terminal it is a line per tick.',
    )
    .argument('[pid]', 'the process; without one the JVMs of this host are listed')
    .option('--select <which>', 'instead of a pid: java, for all JVMs, or a REGEX that command lines match; new ones join')
    .option('--rate <hz>', 'ticks a second, 1 to 10', '2')
    .option('--for <duration>', 'end by itself after so long')
    .option('--timeout <duration>', 'longest time a JVM may take to answer', '5s')
    .addOption(
      new Option('--format <format>', 'lines for people or for programs, where stdout is no terminal')
        .choices(['table', 'json'])
        .default('table'),
    )
    .addHelpText(
      'after',
      '\nKeys: t malloc_trim and g GC by the JVM, each pressed twice; s save a doctor’s result; ↑ ↓ choose a process; q quit.\n\nExamples:\n  offheap watch 4711\n  offheap watch --select=java --rate=1\n  offheap watch 4711 --for=1m --format=json | tee watch.jsonl',
    )
    .action(runWatch);
}

async function runWatch(target: string | undefined, options: WatchOptions): Promise<void> {
  const rateHz = parseInteger(options.rate, '--rate', { min: 1, max: 10 });
  const endMs = options.for === undefined ? Number.POSITIVE_INFINITY : parseDuration(options.for, '--for');
  const find = await selectionOf(target, options.select);
  const stamp = () => new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const session = new WatchSession({
    ...{ rateHz, timeoutMs: parseDuration(options.timeout, '--timeout'), find },
    fileFor: (pid) => join(cacheFolder(), 'results', `watch-${pid}-${stamp()}.json`),
  });
  const interruption = interruptible();
  const isTerminal = process.stdout.isTTY === true && process.stdin.isTTY === true;
  try {
    await (isTerminal ? showFrames : printLines)(session, { rateHz, endMs, signal: interruption.signal, format: options.format });
  } finally {
    session.close();
    interruption.release();
  }
  process.exitCode = exitCodes.ok;
}

async function selectionOf(target: string | undefined, select: string | undefined): Promise<() => Promise<number[]>> {
  if (target === undefined && select === undefined)
    throw await missingProcess('watch', 'the pid of a process, or --select, such as --select=java');
  if (target !== undefined && select !== undefined) throw new OffheapError('USAGE', 'Expected either a pid or --select, got both.');
  if (target !== undefined) {
    const pid = parseInteger(target, 'PID', { min: 1, max: largestPid });
    await readIdentity(pid);
    // Once: whoever has the pid after its end is another one.
    const pids = [pid];
    return async () => pids.splice(0);
  }
  const pattern = select === 'java' ? undefined : patternOf(select ?? '');
  const find = async () => (await findProcesses(pattern)).map(({ pid }) => pid);
  if ((await find()).length === 0)
    throw new OffheapError(
      'NO_SUCH_PROCESS',
      `Expected a running process for --select=${select}, found none that this user may look at.`,
    );
  return find;
}

function patternOf(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new OffheapError(
      'USAGE',
      `Expected --select to be java or a regular expression, got ${quote(text)}: ${(error as Error).message}.`,
    );
  }
}

interface Run {
  rateHz: number;
  endMs: number;
  signal: AbortSignal;
  format: 'table' | 'json';
}

/** A line per process and tick, until all of them have ended. */
async function printLines(session: WatchSession, { rateHz, endMs, signal, format }: Run): Promise<void> {
  await everyTick(session, { rateHz, endMs, signal }, () => {
    for (const glance of session.view.glances) {
      const { rssHistory, threads: _threads, ...figures } = glance;
      const json = () => `${JSON.stringify({ at: new Date().toISOString(), ...figures, look: summaryOf(glance) })}\n`;
      process.stdout.write(format === 'json' ? json() : renderWatchLine(glance));
    }
    return !session.hasEnded;
  });
}

function summaryOf({ look }: WatchSession['view']['glances'][number]) {
  if (!look) return undefined;
  const { evidence, ...figures } = look;
  return { ...figures, regions: Object.fromEntries(evidence.regions.map(({ kind, rssBytes }) => [kind, rssBytes])) };
}

/** The whole terminal, drawn anew at every tick, key and change of size. */
async function showFrames(session: WatchSession, { rateHz, endMs, signal }: Run): Promise<void> {
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
    await everyTick(session, { rateHz, endMs, signal: AbortSignal.any([signal, keyed.signal]) }, () => {
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
  { rateHz, endMs, signal }: Omit<Run, 'format'>,
  onTick: () => boolean,
): Promise<void> {
  const startedAt = performance.now();
  for (let ticks = 1; !signal.aborted; ticks++) {
    await session.tick();
    if (!onTick() || performance.now() - startedAt >= endMs) return;
    const due = startedAt + (1000 * ticks) / rateHz;
    await delay(Math.max(0, due - performance.now()), undefined, { signal }).catch(() => {});
  }
}
