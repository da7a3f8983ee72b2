import { OffheapError } from '../model/errors.ts';
import { parseDurationWithin } from '../model/units.ts';
import { type PlainFormat, plainFormats } from '../reporters/formats.ts';
import type { CommandDefinition } from './help/definition.ts';
import { exits } from './help/manual.ts';
import { addPrintOptions, formerOption, type PrintOptions } from './options/print-options.ts';
import { missingCounters } from './run/missing-target.ts';

const intervalBounds = { min: '1ms', max: '1h' };

interface CountersOptions extends PrintOptions<PlainFormat> {
  watch?: boolean;
  interval: string;
  intervalMs?: string;
}

export const countersCommand: CommandDefinition = {
  name: 'counters',
  group: 'look',
  summary: 'print what a process under a counting library has allocated, even after its death',
  description:
    'Reads the counter page of a process under libmeter.so or libmmapalloc.so, without stopping it. Shows live bytes, peaks, calls, failures, the threads that ' +
    'hold most, and a histogram of sizes. A process that was started with OFFHEAP_COUNTERS_DIR=DIR leaves its page in DIR/PID-N.counters.',
  manual: {
    examples: ['offheap counters 4711 --watch', 'offheap counters /dev/shm/app/4711-0.counters --format=json'],
    exit: [exits.ok, exits.failed, exits.usage],
    files: ['DIR/PID-N.counters       the page of a process; stays when it ends'],
    environment: ['OFFHEAP_COUNTERS_DIR  of the observed process: DIR; without it the page is a memfd that ends with it'],
    seeAlso: ['docs/counters.md'],
  },
  configure: (command) => {
    command
      .argument('[pid|file]', 'a running process, or a file that one has left; without it the processes with counters are listed')
      .option('--watch', 'print again and again until the process ends; with --format=json a line each time')
      .option('--interval <duration>', 'time between two readings of --watch', '1s')
      .addOption(formerOption('--interval-ms <n>'))
      .action(runCounters);
    addPrintOptions(command, plainFormats);
  },
};

async function runCounters(target: string | undefined, options: CountersOptions): Promise<void> {
  if (target === undefined) throw await missingCounters();
  const { interval, intervalMs: former } = options;
  const intervalMs = parseDurationWithin(former === undefined ? interval : `${former}ms`, '--interval', intervalBounds);
  if (options.watch === true && options.output !== undefined)
    throw new OffheapError('USAGE', 'Expected --output without --watch, which prints again and again: redirect stdout instead.');
  const { printCounters } = await import('./run/print-counters.ts');
  await printCounters(target, options.watch === true ? intervalMs : undefined, options);
}
