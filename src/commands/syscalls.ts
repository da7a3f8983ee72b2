import { type Command, Option } from 'commander';
import type { Configuration } from '../allocators/configurations.ts';
import { ownCounterOf } from '../allocators/launch.ts';
import { parseConfigurations } from '../allocators/parse-configurations.ts';
import { OffheapError } from '../model/errors.ts';
import type { SyscallsResult } from '../model/syscalls.ts';
import { parseByteSize, parseDuration, parseInteger } from '../model/units.ts';
import { execaRunner } from '../process/execa-runner.ts';
import { withPrivateFolder } from '../process/private-folder.ts';
import { toolVersion } from '../process/tool-version.ts';
import { requireWritable, writeWhole } from '../process/whole-file.ts';
import { renderSyscallsTable } from '../reporters/syscalls-table.ts';
import { countSyscalls } from '../trace/counted.ts';
import { configuredLaunch, plainLaunch } from '../trace/launch.ts';
import { traceSyscalls } from '../trace/strace.ts';
import { interruptible } from './interruptible.ts';
import { missingProgramOrProcess } from './missing-target.ts';

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

export function registerSyscalls(program: Command): void {
  program
    .command('syscalls')
    .description(
      'Starts a program under strace, or attaches to one, and tells which thread asked the kernel for how much memory, by the names that Java gives ' +
        'threads; which thread made glibc reserve a heap of 64 MiB for an arena; and the large mappings in the order they came.',
    )
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
    .addHelpText(
      'after',
      '\nNeeds strace (apt-get install strace), which slows the traced calls down.\n\nExamples:\n  offheap syscalls --for=20s -- java -jar app.jar\n' +
        '  offheap syscalls 4711 --for=5s --format=json\n  offheap syscalls --allocator=mmap --for=20s -- java -jar app.jar',
    )
    .action(runSyscalls);
}

async function runSyscalls(words: string[], options: SyscallsOptions): Promise<void> {
  if (words.length === 0) throw await missingProgramOrProcess('syscalls', 'offheap syscalls --for=20s -- java -jar app.jar');
  const threadsShown = parseInteger(options.threads, '--threads', { min: 1, max: mostShown });
  if (options.output !== undefined) await requireWritable(options.output);
  const result = await look(words, options);
  const text =
    options.format === 'json' ? `${JSON.stringify(result, undefined, 2)}\n` : renderSyscallsTable(result, { threadsShown });
  if (options.output === undefined) process.stdout.write(text);
  else await writeWhole(options.output, text);
}

async function look(words: readonly string[], options: SyscallsOptions): Promise<SyscallsResult> {
  const [first = ''] = words;
  const isRunning = words.length === 1 && /^\d+$/.test(first);
  if (isRunning && options.allocator !== undefined)
    throw new OffheapError('USAGE', 'Expected --allocator with a program to start; a process that runs has its allocator.');
  const configuration = configurationOf(options.allocator);
  const forText = options.for ?? (isRunning ? attachedDuration : undefined);
  const larges = {
    largeFromBytes: parseByteSize(options.large, '--large'),
    largeShown: parseInteger(options.timeline, '--timeline', { min: 0, max: mostShown }),
  };
  const interruption = interruptible();
  const limits = {
    forMs: forText === undefined ? undefined : parseDuration(forText, '--for'),
    graceMs: parseDuration(options.grace, '--grace'),
    signal: interruption.signal,
    // stdout is the result.
    onLine: (line: string) => void (options.quiet === true || process.stderr.write(`${line}\n`)),
  };
  const [startedAt, begun] = [new Date().toISOString(), performance.now()];
  const head = () => ({
    schemaVersion: 1 as const,
    tool: { name: 'offheap' as const, version: toolVersion },
    ...(isRunning ? {} : { command: [...words] }),
    ...{ startedAt, durationMs: Math.round(performance.now() - begun) },
  });
  try {
    return await withPrivateFolder(async (folder) => {
      const run = { folder, runner: execaRunner, ...limits };
      if (isRunning) {
        const pid = parseInteger(first, 'PID', { min: 1, max: 2 ** 22 });
        const found = await traceSyscalls({ traced: { pid }, ...run, ...larges });
        return { ...head(), source: 'strace', ...found };
      }
      const launch = configuration
        ? await configuredLaunch(configuration, words, { privateFolder: folder, runner: execaRunner })
        : plainLaunch(words);
      if (configuration && ownCounterOf(configuration)) {
        const found = await countSyscalls({ launch, ...run });
        return { ...head(), source: 'counters', ...found };
      }
      const found = await traceSyscalls({ traced: launch, ...run, ...larges });
      return { ...head(), source: 'strace', ...found };
    });
  } finally {
    interruption.release();
  }
}

/** Without --allocator it is started as a shell would. */
function configurationOf(allocator: string | undefined): Configuration | undefined {
  if (allocator === undefined) return undefined;
  const [configuration, ...others] = parseConfigurations(allocator);
  if (!configuration || others.length > 0) throw new OffheapError('USAGE', 'Expected --allocator to name one configuration.');
  return configuration;
}
