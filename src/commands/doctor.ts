import { join } from 'node:path';
import { type Command, Option } from 'commander';
import type { Patient } from '../doctor/apply.ts';
import { examine } from '../doctor/examine.ts';
import { runDiagnosticCommand } from '../jvm/attach.ts';
import type { AllocationStacks, DoctorResult } from '../model/doctor.ts';
import { exitCodes } from '../model/errors.ts';
import { formatSeconds, parseDuration, parseInteger } from '../model/units.ts';
import { inspectHeap } from '../native/inspector.ts';
import { profileStacks } from '../observe/allocation-stacks.ts';
import { collectEvidence } from '../observe/evidence.ts';
import { takeSecondLook } from '../observe/growth.ts';
import { execaRunner } from '../process/execa-runner.ts';
import { cacheFolder } from '../process/paths.ts';
import { requireWritable, writeWhole } from '../process/whole-file.ts';
import { type DoctorFormat, doctorFormats, doctorReporters } from '../reporters/doctor.ts';
import { missingProcess } from './missing-target.ts';
import { type Progress, startProgress } from './progress.ts';
import { loadReportAssets } from './report-assets.ts';
import { terminalWidth } from './terminal.ts';

/** Linux: PID_MAX_LIMIT. */
const largestPid = 2 ** 22;
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

export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description(
      'Looks at a running process from outside: RSS by part, the heaps of glibc chunk by chunk, what the JVM says of itself. Nothing is stopped, ' +
        'restarted or loaded, and nothing is changed unless --gc or --trim asks for it. JVMs first; any process on glibc as well.',
    )
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
    .addHelpText(
      'after',
      '\nExamples:\n  offheap doctor 4711\n  offheap doctor 4711 --for=30s --format=markdown --output=report.md\n  offheap doctor 4711 --gc --trim',
    )
    .action(runDoctor);
}

async function runDoctor(target: string | undefined, options: DoctorOptions): Promise<void> {
  if (target === undefined) throw await missingProcess('doctor');
  const pid = parseInteger(target, 'PID', { min: 1, max: largestPid });
  const timeoutMs = parseDuration(options.timeout, '--timeout');
  const forMs = options.for === undefined ? undefined : parseDuration(options.for, '--for');
  if (options.output !== undefined) await requireWritable(options.output);
  const progress = startProgress(options.quiet !== true);
  try {
    if (forMs !== undefined) progress.update(`looking twice at process ${pid}, ${options.for} apart`);
    const stacksMs = stacksDuration(options.stacks);
    const patient = patientOf(pid, options.histogram === true, timeoutMs);
    const result = await examine(patient, {
      forMs,
      gc: options.gc === true,
      trim: options.trim === true,
      peek: options.peek === true,
    });
    if (stacksMs !== undefined) result.stacks = await watchStacks(pid, stacksMs, progress);
    progress.stop();
    await present(result, options);
    process.exitCode = exitCodeOf(result);
  } finally {
    progress.stop();
  }
}

function exitCodeOf({ findings }: DoctorResult): number {
  if (findings.some(({ severity }) => severity === 'problem')) return exitCodes.problems;
  return findings.some(({ code }) => code === 'not-enough-evidence') ? exitCodes.failed : exitCodes.ok;
}

function patientOf(pid: number, histogram: boolean, timeoutMs: number): Patient {
  const options = { inspect: inspectHeap, histogram, timeoutMs };
  return {
    look: () => collectEvidence(pid, options),
    lookAgain: (first) => takeSecondLook(first, options),
    inspect: () => inspectHeap(pid),
    ask: (command) => runDiagnosticCommand(pid, command, { timeoutMs }),
  };
}

function stacksDuration(option: string | true | undefined): number | undefined {
  if (option === undefined) return undefined;
  return parseDuration(option === true ? defaultStacksDuration : option, '--stacks');
}

async function watchStacks(pid: number, forMs: number, progress: Progress): Promise<AllocationStacks> {
  progress.update(`recording native allocations of process ${pid} for ${formatSeconds(forMs)}`);
  const folder = cacheFolder();
  return profileStacks(pid, { forMs, runner: execaRunner, cacheFolder: folder, outputFolder: join(folder, 'results') });
}

async function present(result: DoctorResult, { format, output }: DoctorOptions): Promise<void> {
  const toTerminal = output === undefined && process.stdout.isTTY === true;
  const color = toTerminal && !process.env['NO_COLOR'];
  const text = doctorReporters[format](result, { color, width: terminalWidth(), assets: loadReportAssets });
  if (output === undefined) process.stdout.write(text);
  else await writeWhole(output, text);
}
