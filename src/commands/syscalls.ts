import { Option } from 'commander';
import { OffheapError } from '../model/errors.ts';
import { parseByteSize, parseDuration, parseInteger } from '../model/units.ts';
import type { CommandDefinition } from './help/definition.ts';
import { libraryVariables } from './help/library-variables.ts';
import { exits } from './help/manual.ts';
import { parsePid } from './options/pid.ts';
import { toJson } from './run/json.ts';
import { missingProgramOrProcess } from './run/missing-target.ts';
import type { SyscallsLimits, SyscallsTarget } from './run/run-syscalls.ts';

const formats = ['table', 'json'] as const;
const attachedDuration = '10s';
const mostShown = 1_000_000;

interface SyscallsOptions {
  for?: string;
  allocator?: string;
  large: string;
  timeline: string;
  threads: string;
  grace: string;
  format: (typeof formats)[number];
  output?: string;
  quiet?: boolean;
}

export const syscallsCommand: CommandDefinition = {
  name: 'syscalls',
  group: 'look',
  summary: 'brk, mmap, munmap, mremap, mprotect and madvise by thread, from the start of a program',
  description:
    'Starts a program under strace, or attaches to one, and tells which thread asked the kernel for how much memory, by the names that Java gives ' +
    'threads; which thread made glibc reserve a heap of 64 MiB for an arena; and the large mappings in the order they came.',
  manual: {
    note: 'Needs strace (apt-get install strace), which slows the traced calls down.',
    examples: [
      'offheap syscalls --for=20s -- java -jar app.jar',
      'offheap syscalls 4711 --for=5s --format=json',
      'offheap syscalls --allocator=mmap --for=20s -- java -jar app.jar',
    ],
    exit: [exits.ok, exits.failed, exits.usage],
    environment: [libraryVariables],
    seeAlso: ['offheap repro --stacks', 'docs/syscalls.md'],
  },
  configure: (command) =>
    command
      .argument('[command...]', 'the program and its arguments, after --; or the pid of a process that runs')
      .usage('[options] -- java -jar app.jar …')
      .option(
        '--for <duration>',
        `so long, then the program is ended; one that ran already goes on, after ${attachedDuration} by default`,
      )
      .option('--allocator <key>', 'start it under this configuration; mmap is not traced, its counters tell the same')
      .option('--large <size>', 'from which size on a mapping is in the time line', '8m')
      .option('--timeline <n>', 'how many large mappings are told', '20')
      .option('--threads <n>', 'how many threads the table shows, those that asked for most', '20')
      .option('--grace <duration>', 'how long it may take to end after SIGTERM', '10s')
      .addOption(new Option('--format <format>', 'how it is printed').choices(formats).default('table'))
      .option('--output <file>', 'write the result to a file instead of stdout')
      .option('--quiet', 'nothing of what the program writes on stderr')
      .action(runSyscalls),
};

async function runSyscalls(words: string[], options: SyscallsOptions): Promise<void> {
  if (words.length === 0) throw await missingProgramOrProcess('syscalls', 'offheap syscalls --for=20s -- java -jar app.jar');
  const threadsShown = parseInteger(options.threads, '--threads', { min: 1, max: mostShown });
  const { requireOutput, writeOutput } = await import('./run/output.ts');
  await requireOutput(options.output);
  const target = parseTarget(words, options);
  const limits = parseLimits(options, 'pid' in target);
  const { recordSyscalls } = await import('./run/run-syscalls.ts');
  const { renderSyscallsTable } = await import('../reporters/syscalls-table.ts');
  const result = await recordSyscalls(target, limits);
  const text = options.format === 'json' ? toJson(result) : renderSyscallsTable(result, { threadsShown });
  await writeOutput(text, options.output);
}

function parseTarget(words: readonly string[], { allocator }: SyscallsOptions): SyscallsTarget {
  const [first = ''] = words;
  const isRunning = words.length === 1 && /^\d+$/.test(first);
  if (!isRunning) return { command: words, allocator };
  if (allocator === undefined) return { pid: parsePid(first) };
  throw new OffheapError('USAGE', 'Expected --allocator with a program to start; a process that runs has its allocator.');
}

function parseLimits(options: SyscallsOptions, isRunning: boolean): SyscallsLimits {
  const forText = options.for ?? (isRunning ? attachedDuration : undefined);
  return {
    largeFromBytes: parseByteSize(options.large, '--large'),
    largeShown: parseInteger(options.timeline, '--timeline', { min: 0, max: mostShown }),
    forMs: forText === undefined ? undefined : parseDuration(forText, '--for'),
    graceMs: parseDuration(options.grace, '--grace'),
    // stdout is the result.
    onLine: (line) => void (options.quiet === true || process.stderr.write(`${line}\n`)),
  };
}
