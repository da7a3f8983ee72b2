import { OffheapError } from '../model/errors.ts';
import { parseByteSize, parseDuration, parseInteger } from '../model/units.ts';
import { type PlainFormat, plainFormats } from '../reporters/formats.ts';
import type { CommandDefinition } from './help/definition.ts';
import { libraryVariables } from './help/library-variables.ts';
import { exits } from './help/manual.ts';
import { moreOption } from './help/more-options.ts';
import { parsePid } from './options/pid.ts';
import { addPrintOptions, formerOption, type PrintOptions } from './options/print-options.ts';
import { toJson } from './run/json.ts';
import { missingProgramOrProcess } from './run/missing-target.ts';
import type { SyscallsLimits, SyscallsTarget } from './run/run-syscalls.ts';

const attachedDuration = '10s';
const mostShown = 1_000_000;

interface SyscallsOptions extends PrintOptions<PlainFormat> {
  for?: string;
  allocator?: string;
  large: string;
  timeline: string;
  top: string;
  threads?: string;
  grace: string;
}

export const syscallsCommand: CommandDefinition = {
  name: 'syscalls',
  group: 'look',
  summary: 'tell which thread asks the kernel for memory: brk, mmap, munmap and others',
  description:
    'Starts a program under strace, or attaches to one. Shows how much memory each thread asked the kernel for, by its Java name; which thread made glibc ' +
    'reserve a 64 MiB heap for an arena; and the large mappings in their order.',
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
  configure: (command) => {
    command
      .argument('[command...]', 'the program and its arguments, after --; or the pid of a process that runs')
      .usage('[options] -- java -jar app.jar …')
      .option(
        '--for <duration>',
        `end after this time: a program that was started ends, one that ran already goes on (default: until it ends; of one that ran: ${attachedDuration})`,
      )
      .option('--allocator <key>', 'start it under this configuration; on mmap counters tell the same as a trace')
      .addOption(moreOption('--large <size>', 'show mappings of this size or more in their order', '8m'))
      .addOption(moreOption('--timeline <n>', 'how many large mappings to show', '20'))
      .option('--top <n>', 'how many threads to show, those that asked for most first', '20')
      .addOption(formerOption('--threads <n>'))
      .addOption(moreOption('--grace <duration>', 'time to end after SIGTERM; then comes SIGKILL', '10s'))
      .action(runSyscalls);
    addPrintOptions(command, plainFormats, { quiet: 'do not pass on what the program writes' });
  },
};

async function runSyscalls(words: string[], options: SyscallsOptions): Promise<void> {
  if (words.length === 0) throw await missingProgramOrProcess('syscalls', 'offheap syscalls --for=20s -- java -jar app.jar');
  const threadsShown = parseInteger(options.threads ?? options.top, '--top', { min: 1, max: mostShown });
  const target = parseTarget(words, options);
  const limits = parseLimits(options, 'pid' in target);
  if ('command' in target) await requireCommand(target.command);
  const { requireOutput, writeOutput } = await import('./run/output.ts');
  await requireOutput(options.output);
  const { terminalOptions } = await import('./run/terminal.ts');
  const { recordSyscalls } = await import('./run/run-syscalls.ts');
  const { renderSyscallsTable } = await import('../reporters/syscalls-table.ts');
  const result = await recordSyscalls(target, limits);
  const text =
    options.format === 'json' ? toJson(result) : renderSyscallsTable(result, { ...terminalOptions(options), threadsShown });
  await writeOutput(text, options);
}

async function requireCommand([program = '']: readonly string[]): Promise<void> {
  const { requireProgram } = await import('../process/executable.ts');
  requireProgram(program);
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
