import { exitCodes, OffheapError } from '../model/errors.ts';
import { parseDurationWithin } from '../model/units.ts';
import { type PlainFormat, plainFormats } from '../reporters/formats.ts';
import type { CommandDefinition } from './help/definition.ts';
import { exits } from './help/manual.ts';
import { addPlaceOptions, type PlaceOptions, parsePlace } from './options/place.ts';
import { addPrintOptions, type PrintOptions } from './options/print-options.ts';
import { missingProcess } from './run/missing-target.ts';

const timeoutBounds = { min: '100ms', max: '1h' };

interface TrimCommandOptions extends PrintOptions<PlainFormat>, PlaceOptions {
  all?: boolean;
  select?: string;
  timeout: string;
}

export const trimCommand: CommandDefinition = {
  name: 'trim',
  group: 'look',
  summary: 'have running JVMs give back the memory that their allocator keeps idle, and compare with the prediction',
  description:
    'Tells the allocator of each JVM to give back free memory, without a restart: by System.trim_native_heap where the JDK has it and glibc serves malloc. ' +
    'On another allocator or an older JDK the JVM loads a small agent for it, which stays mapped. One JVM after the other.',
  manual: {
    examples: ['offheap trim 4711', 'offheap trim app.jar', 'offheap trim --all', "offheap trim --select='-jar orders'"],
    exit: [exits.ok, '1    a process was not told, or refused; the others were', exits.usage, '130  interrupted'],
    files: [
      '/proc/PID/…              smaps, maps, pagemap, memory of malloc’s heaps (read only)',
      '/tmp/offheap-stacks-*    of the process, or elsewhere where that is full or noexec: the agent; removed again',
    ],
    seeAlso: ['offheap doctor --trim', 'docs/trim.md', 'docs/security.md'],
  },
  configure: (command) => {
    addPlaceOptions(command.argument('[processes...]', 'pids or names of JVMs'))
      .option('--all', 'each JVM that this user may look at')
      .option('--select <pattern>', 'each JVM whose command line matches this regular expression')
      .option('--timeout <duration>', 'longest time that one answer of a JVM may take', '30s')
      .action(runTrim);
    addPrintOptions(command, plainFormats);
  },
};

async function runTrim(targets: string[], options: TrimCommandOptions): Promise<void> {
  const { all = false, select } = options;
  const place = parsePlace(targets[0], options);
  const ways = [targets.length > 0, place !== undefined, all, select !== undefined].filter((isGiven) => isGiven).length;
  if (ways === 0) throw await missingProcess('trim');
  if (ways > 1) throw new OffheapError('USAGE', 'Expected one of processes, --all and --select, got several. Give one of them.');
  const timeoutMs = parseDurationWithin(options.timeout, '--timeout', timeoutBounds);
  const { requireOutput } = await import('./run/output.ts');
  await requireOutput(options.output);
  const { subjectsOf, trimAll } = await import('./run/run-trim.ts');
  const result = await trimAll(await subjectsOf(targets, place, select), { timeoutMs, options });
  if (result.refused.length > 0) process.exitCode = exitCodes.failed;
}
