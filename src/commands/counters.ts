import { Option } from 'commander';
import { parseInteger } from '../model/units.ts';
import type { CommandDefinition } from './help/definition.ts';
import { exits } from './help/manual.ts';
import { missingCounters } from './run/missing-target.ts';

const formats = ['table', 'json'] as const;
const longestIntervalMs = 3_600_000;

interface CountersOptions {
  watch?: boolean;
  intervalMs: string;
  format: (typeof formats)[number];
}

export const countersCommand: CommandDefinition = {
  name: 'counters',
  group: 'look',
  summary: 'print what a process under libmeter.so or libmmapalloc.so has allocated, even after its death',
  description:
    'Reads the counter page of a process from outside, without stopping it: live bytes, peaks, calls, failures, the threads that hold most, ' +
    'and a histogram of sizes. A process that was started with OFFHEAP_COUNTERS_DIR=DIR leaves its page in DIR/PID-N.counters.',
  manual: {
    examples: ['offheap counters 4711 --watch', 'offheap counters /dev/shm/app/4711-0.counters --format=json'],
    exit: [exits.ok, exits.failed, exits.usage],
    files: ['DIR/PID-N.counters       the page of a process; stays when it ends'],
    environment: ['OFFHEAP_COUNTERS_DIR  of the observed process: DIR; without it the page is a memfd that ends with it'],
    seeAlso: ['docs/counters.md'],
  },
  configure: (command) =>
    command
      .argument('[pid|file]', 'a running process, or a file that one has left; without one the processes with counters are listed')
      .option('--watch', 'again and again until the process ends; with --format=json one line each')
      .option('--interval-ms <n>', 'time between two readings of --watch', '1000')
      .addOption(new Option('--format <format>', 'how the counters are printed').choices(formats).default('table'))
      .action(runCounters),
};

async function runCounters(target: string | undefined, options: CountersOptions): Promise<void> {
  if (target === undefined) throw await missingCounters();
  const intervalMs = parseInteger(options.intervalMs, '--interval-ms', { min: 1, max: longestIntervalMs });
  const { printCounters } = await import('./run/print-counters.ts');
  await printCounters(target, { format: options.format, intervalMs: options.watch ? intervalMs : undefined });
}
