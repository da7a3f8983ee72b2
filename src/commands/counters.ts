import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import { whyLiveIsWithdrawn, withoutLive } from '../model/counters.ts';
import { parseInteger } from '../model/units.ts';
import { type CounterReader, openCounters } from '../native/counters.ts';
import { type CounterReading, renderCountersTable } from '../reporters/counters-table.ts';
import { missingCounters } from './missing-target.ts';

const formats = ['table', 'json'] as const;
const clearScreen = '\x1b[H\x1b[2J';
const longestIntervalMs = 3_600_000;

interface CountersOptions {
  watch?: boolean;
  intervalMs: string;
  format: (typeof formats)[number];
}

export function registerCounters(program: Command): void {
  program
    .command('counters')
    .description(
      'Reads the counter page of a process from outside, without stopping it: live bytes, peaks, calls, failures, the threads that hold most, ' +
        'and a histogram of sizes. A process that was started with OFFHEAP_COUNTERS_DIR=DIR leaves its page in DIR/PID-N.counters.',
    )
    .argument('[pid|file]', 'a running process, or a file that one has left; without one the processes with counters are listed')
    .option('--watch', 'again and again until the process ends; with --format=json one line each')
    .option('--interval-ms <n>', 'time between two readings of --watch', '1000')
    .addOption(new Option('--format <format>', 'how the counters are printed').choices(formats).default('table'))
    .addHelpText(
      'after',
      '\nExamples:\n  offheap counters 4711 --watch\n  offheap counters /dev/shm/app/4711-0.counters --format=json',
    )
    .action(runCounters);
}

async function runCounters(target: string | undefined, options: CountersOptions): Promise<void> {
  if (target === undefined) throw await missingCounters();
  const intervalMs = parseInteger(options.intervalMs, '--interval-ms', { min: 1, max: longestIntervalMs });
  const reader = openCounters(/^\d+$/.test(target) ? { pid: Number(target) } : { path: target });
  try {
    if (options.watch) await watch(reader, options.format, intervalMs);
    else process.stdout.write(render(takeReading(reader), options.format, 2));
  } finally {
    reader.close();
  }
}

/** Ends with the process; its last counters are the last ones printed. */
async function watch(reader: CounterReader, format: CountersOptions['format'], intervalMs: number): Promise<void> {
  const prefix = format === 'table' && process.stdout.isTTY ? clearScreen : '';
  for (;;) {
    const reading = takeReading(reader);
    process.stdout.write(prefix + render(reading, format, undefined));
    if (!reading.alive) return;
    await sleep(intervalMs);
  }
}

function takeReading(reader: CounterReader): CounterReading {
  // In this order: a process found dead has written its last.
  const alive = reader.isWriterAlive();
  return { info: reader.info, alive, snapshot: reader.read(), threads: reader.readThreads() };
}

function render(reading: CounterReading, format: CountersOptions['format'], indent: number | undefined): string {
  if (format === 'table') return renderCountersTable(reading);
  const { info, alive, snapshot, threads } = reading;
  const liveWithdrawn = whyLiveIsWithdrawn(snapshot);
  const figures =
    liveWithdrawn === undefined ? { counters: snapshot, threads } : { counters: withoutLive(snapshot), liveWithdrawn };
  return `${JSON.stringify({ schemaVersion: 1, info, alive, ...figures }, undefined, indent)}\n`;
}
