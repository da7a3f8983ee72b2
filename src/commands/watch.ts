import { join } from 'node:path';
import { Option } from 'commander';
import { exitCodes, OffheapError } from '../model/errors.ts';
import { parseDuration, parseDurationWithin, parseInteger, quote } from '../model/units.ts';
import { isShell } from '../parse/java-command.ts';
import { cacheFolder } from '../process/paths.ts';
import type { CommandDefinition } from './help/definition.ts';
import { environment, exits } from './help/manual.ts';
import { moreOption } from './help/more-options.ts';
import { processArgument } from './options/pid.ts';
import { addPlaceOptions, type PlaceOptions, parsePlace } from './options/place.ts';
import { formerOption } from './options/print-options.ts';
import { missingProcess } from './run/missing-target.ts';

interface WatchOptions extends PlaceOptions {
  select?: string;
  interval: string;
  rate?: string;
  for?: string;
  timeout: string;
  format: 'table' | 'json';
  color: boolean;
}

export const watchCommand: CommandDefinition = {
  name: 'watch',
  group: 'look',
  summary: 'show the memory of running processes live',
  description:
    'Shows RSS against its limit, the doctor’s verdict, slopes in MiB a minute, parts, arenas and threads of a running process. It reads RSS and counters at each tick, which costs ' +
    'microseconds. The rest comes from looks as the doctor’s, which take a twentieth of a core at most. Without a terminal it prints a line each tick.',
  manual: {
    note: 'Keys: t malloc_trim and g GC by the JVM, each pressed twice; o owners of malloc’s blocks; s save a doctor’s result; ↑ ↓ choose a process; ? list the keys; q quit.',
    examples: [
      'offheap watch 4711',
      'offheap watch --select=java --interval=1s',
      'offheap watch 4711 --for=1m --format=json | tee watch.jsonl',
    ],
    exit: ['0    it was quit, or the processes have ended', exits.failed, exits.usage],
    files: ['/proc/PID/…              as the doctor', 'CACHE/results/watch-*    what the key s saves'],
    environment: [environment.cacheFolder, environment.noColor],
    seeAlso: ['offheap doctor', 'docs/watch.md'],
  },
  configure: (command) =>
    addPlaceOptions(command.argument('[process]', processArgument))
      .option('--select <which>', 'watch all JVMs (java), or processes whose command line matches a REGEX; new ones join')
      .option('--interval <duration>', 'time between two ticks, 100ms to 1m', '500ms')
      .addOption(formerOption('--rate <hz>'))
      .option('--for <duration>', 'end after this time')
      .addOption(moreOption('--timeout <duration>', 'longest time that a JVM may take to answer', '5s'))
      .addOption(
        new Option('-f, --format <format>', 'lines for people or for programs, when stdout is no terminal')
          .choices(['table', 'json'])
          .default('table'),
      )
      .addOption(moreOption('--no-color', 'print without colours, as NO_COLOR=1 does'))
      .action(runWatch),
};

async function runWatch(target: string | undefined, options: WatchOptions): Promise<void> {
  const intervalMs = parseTicks(options);
  const endMs = options.for === undefined ? Number.POSITIVE_INFINITY : parseDuration(options.for, '--for');
  const find = await parseSelection(target, options);
  const timeoutMs = parseDuration(options.timeout, '--timeout');
  const { interruptible } = await import('./run/interruptible.ts');
  const { WatchSession } = await import('./run/watch-session.ts');
  const { printLines, showFrames } = await import('./run/watch-view.ts');
  const session = new WatchSession({ intervalMs, timeoutMs, find, fileFor: nameResult });
  const interruption = interruptible();
  const isTerminal = process.stdout.isTTY === true && process.stdin.isTTY === true;
  const show = isTerminal ? showFrames : printLines;
  try {
    await show(session, { intervalMs, endMs, signal: interruption.signal, format: options.format, color: options.color });
  } finally {
    session.close();
    interruption.release();
  }
  process.exitCode = exitCodes.ok;
}

/** The former option is a rate. */
function parseTicks({ interval, rate }: WatchOptions): number {
  if (rate !== undefined) return 1000 / parseInteger(rate, '--rate', { min: 1, max: 10 });
  return parseDurationWithin(interval, '--interval', { min: '100ms', max: '1m' });
}

function nameResult(pid: number): string {
  const stamp = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return join(cacheFolder(), 'results', `watch-${pid}-${stamp}.json`);
}

/** What finds the processes to watch, again and again. */
async function parseSelection(target: string | undefined, options: WatchOptions): Promise<() => Promise<number[]>> {
  const { select } = options;
  const place = parsePlace(target, options);
  const isOne = target !== undefined || place !== undefined;
  if (!isOne && select === undefined)
    throw await missingProcess('watch', 'the pid of a process, or --select, such as --select=java');
  if (isOne && select !== undefined) throw new OffheapError('USAGE', 'Expected either one process or --select, got both.');
  if (isOne) {
    const { resolveSubject } = await import('./run/subjects.ts');
    const pid = await resolveSubject(target, place, 'watch');
    const { readIdentity } = await import('../observe/identity.ts');
    await readIdentity(pid);
    // Once: whoever has the pid after its end is another one.
    const pids = [pid];
    return async () => pids.splice(0);
  }
  const pattern = select === 'java' ? undefined : parsePattern(select ?? '');
  const { findProcesses } = await import('../jvm/find-jvms.ts');
  const find = async () => (await findProcesses(pattern)).filter(({ command }) => !isShell(command)).map(({ pid }) => pid);
  if ((await find()).length === 0)
    throw new OffheapError(
      'NO_SUCH_PROCESS',
      `Expected a running process for --select=${select}, found none that this user may look at.`,
    );
  return find;
}

function parsePattern(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new OffheapError(
      'USAGE',
      `Expected --select to be java or a regular expression, got ${quote(text)}: ${(error as Error).message}.`,
    );
  }
}
