import { join } from 'node:path';
import { Option } from 'commander';
import type { AllocationStacks, DoctorResult } from '../model/doctor.ts';
import { exitCodes } from '../model/errors.ts';
import { formatSeconds, parseDuration } from '../model/units.ts';
import { cacheFolder } from '../process/paths.ts';
import { type DoctorFormat, doctorFormats } from '../reporters/formats.ts';
import type { CommandDefinition } from './help/definition.ts';
import { environment, exits } from './help/manual.ts';
import { parsePid } from './options/pid.ts';
import { missingProcess } from './run/missing-target.ts';
import type { Progress } from './run/progress.ts';

const defaultStacksDuration = '30s';

interface DoctorOptions {
  for?: string;
  gc?: boolean;
  trim?: boolean;
  histogram?: boolean;
  peek?: boolean;
  stacks?: string | true;
  timeout: string;
  format: DoctorFormat;
  output?: string;
  quiet?: boolean;
}

export const doctorCommand: CommandDefinition = {
  name: 'doctor',
  group: 'look',
  summary: 'where the memory of a running process is, why it stays, and what gives it back',
  description:
    'Looks at a running process from outside: RSS by part, the heaps of glibc chunk by chunk, what the JVM says of itself. Nothing is stopped, ' +
    'restarted or loaded, and nothing is changed unless --gc or --trim asks for it. JVMs first; any process on glibc as well.',
  manual: {
    examples: [
      'offheap doctor 4711',
      'offheap doctor 4711 --for=30s --format=markdown --output=report.md',
      'offheap doctor 4711 --gc --trim',
    ],
    exit: [
      '0    nothing wrong',
      '1    could not look, or not well enough to say that nothing is wrong',
      exits.usage,
      '3    problems found',
    ],
    files: [
      '/proc/PID/…              smaps, maps, status, pagemap, memory of malloc’s heaps (read only)',
      '/tmp/.java_pidPID        attach socket of the JVM, as jcmd uses it',
      'CACHE/async-profiler-*/  fetched from Maven Central, for --stacks alone',
    ],
    environment: [environment.cacheFolder, environment.mavenRepository, environment.noColor],
    seeAlso: ['offheap histo', 'docs/doctor.md', 'docs/security.md'],
  },
  configure: (command) =>
    command
      .argument('[pid]', 'the process; without one the JVMs of this host are listed')
      .option('--for <duration>', 'look twice, with so much time between, and tell what grows')
      .option('--gc', 'then run a collection of the whole heap, and show what it frees')
      .option('--trim', 'then let the JVM call malloc_trim, and compare what it gives back with what was predicted')
      .option('--histogram', 'count Inflaters and classes in the Java heap: the JVM stands still meanwhile')
      .option('--peek', 'show what the largest mappings hold: this prints contents of memory')
      .option(
        '--stacks [duration]',
        'load async-profiler for so long (default: 30s) and show the Java stacks of native memory that was not freed meanwhile',
      )
      .option('--timeout <duration>', 'longest time a command of the JVM may take', '10s')
      .addOption(new Option('--format <format>', 'how the result is printed').choices(doctorFormats).default('table'))
      .option('--output <file>', 'write the result to a file instead of stdout')
      .option('--quiet', 'no progress on stderr')
      .action(runDoctor),
};

async function runDoctor(target: string | undefined, options: DoctorOptions): Promise<void> {
  if (target === undefined) throw await missingProcess('doctor');
  const pid = parsePid(target);
  const timeoutMs = parseDuration(options.timeout, '--timeout');
  const forMs = options.for === undefined ? undefined : parseDuration(options.for, '--for');
  const { renderOptions, requireOutput, writeOutput } = await import('./run/output.ts');
  await requireOutput(options.output);
  const { examine } = await import('../doctor/examine.ts');
  const { doctorReporters } = await import('../reporters/doctor.ts');
  const { makePatient } = await import('./run/patient.ts');
  const { startProgress } = await import('./run/progress.ts');
  const progress = startProgress(options.quiet !== true);
  try {
    if (forMs !== undefined) progress.update(`looking twice at process ${pid}, ${options.for} apart`);
    const stacksMs = parseStacksDuration(options.stacks);
    const patient = makePatient(pid, { timeoutMs, histogram: options.histogram === true });
    const result = await examine(patient, {
      forMs,
      gc: options.gc === true,
      trim: options.trim === true,
      peek: options.peek === true,
    });
    if (stacksMs !== undefined) result.stacks = await recordStacks(pid, stacksMs, progress);
    progress.stop();
    await writeOutput(doctorReporters[options.format](result, renderOptions(options.output)), options.output);
    process.exitCode = chooseExitCode(result);
  } finally {
    progress.stop();
  }
}

function chooseExitCode({ findings }: DoctorResult): number {
  if (findings.some(({ severity }) => severity === 'problem')) return exitCodes.problems;
  return findings.some(({ code }) => code === 'not-enough-evidence') ? exitCodes.failed : exitCodes.ok;
}

function parseStacksDuration(option: string | true | undefined): number | undefined {
  if (option === undefined) return undefined;
  return parseDuration(option === true ? defaultStacksDuration : option, '--stacks');
}

async function recordStacks(pid: number, forMs: number, progress: Progress): Promise<AllocationStacks> {
  const { profileStacks } = await import('../observe/allocation-stacks.ts');
  const { execaRunner } = await import('../process/execa-runner.ts');
  progress.update(`recording native allocations of process ${pid} for ${formatSeconds(forMs)}`);
  const { interruptible } = await import('./run/interruptible.ts');
  const { signal, release } = interruptible();
  const folder = cacheFolder();
  try {
    return await profileStacks(pid, {
      forMs,
      runner: execaRunner,
      cacheFolder: folder,
      outputFolder: join(folder, 'results'),
      signal,
    });
  } finally {
    release();
  }
}
