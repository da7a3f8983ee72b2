import type { DoctorResult } from '../model/doctor.ts';
import { exitCodes, OffheapError } from '../model/errors.ts';
import { formatSeconds, parseDuration } from '../model/units.ts';
import { type DoctorFormat, doctorFormats } from '../reporters/formats.ts';
import type { CommandDefinition } from './help/definition.ts';
import { environment, exits } from './help/manual.ts';
import { moreOption } from './help/more-options.ts';
import { addPlaceOptions, type PlaceOptions, parsePlace } from './options/place.ts';
import { addPrintOptions, type PrintOptions } from './options/print-options.ts';
import { refuseSysroot, type SysrootOption, sysrootOption } from './options/sysroot.ts';
import type { AfterOomOptions } from './run/run-after-oom.ts';

const defaultStacksDuration = '30s';
const aboutOneProcess = ['for', 'gc', 'trim', 'histogram', 'peek', 'stacks', 'askAllocator', 'set'] as const;
const aboutKills = {
  pid: '--pid',
  cgroup: '--cgroup',
  kernelLog: '--kernel-log',
  countersDir: '--counters-dir',
  looksDir: '--looks-dir',
} as const;

interface DoctorOptions extends PrintOptions<DoctorFormat>, AfterOomOptions, PlaceOptions, SysrootOption {
  afterOom?: boolean;
  for?: string;
  gc?: boolean;
  trim?: boolean;
  set?: string[];
  askAllocator?: boolean;
  histogram?: boolean;
  peek?: boolean;
  stacks?: string | true;
  timeout?: string;
  all?: boolean;
  format: DoctorFormat;
}

export const doctorCommand: CommandDefinition = {
  name: 'doctor',
  group: 'look',
  summary: 'show where the memory of a running process is, why it stays, and what gives it back',
  description:
    'Looks at a running process from outside: RSS by part, the heaps of glibc chunk by chunk, what the JVM says of itself. It stops, restarts and loads ' +
    'nothing. It changes nothing, unless --gc, --trim or --set asks for it. It is made for JVMs, and looks at any other process too.',
  manual: {
    examples: [
      'offheap doctor',
      'offheap doctor app.jar --trim',
      'offheap doctor 4711 --for=30s --format=markdown --output=report.md',
      'offheap doctor --after-oom',
      'offheap doctor hs_err_pid4711.log',
    ],
    exit: [
      '0    nothing wrong, or the processes are listed; with --after-oom: no kill',
      '1    could not look, or not well enough to say that nothing is wrong, or that there was no kill',
      exits.usage,
      '3    problems found; with --after-oom: a kill',
      '130  interrupted',
    ],
    files: [
      '/proc/PID/…              smaps, maps, status, pagemap, memory of malloc’s heaps (read only)',
      '/dev/kmsg                the kernel’s log, for --after-oom; root’s alone as a rule',
      '/tmp/.java_pidPID        attach socket of the JVM, as jcmd uses it',
      'CACHE/async-profiler-*/  fetched from Maven Central, for --stacks alone',
    ],
    environment: [environment.cacheFolder, environment.mavenRepository, environment.noColor],
    seeAlso: ['offheap histo', 'docs/doctor.md', 'docs/after-death.md', 'docs/security.md'],
  },
  configure: (command) => {
    addPlaceOptions(
      command.argument(
        '[process or file]',
        'a pid, the jar or main class of a JVM (none: a list), or what is left: hs_err_pid….log, a recording, a core',
      ),
      'one or a list',
    )
      .option('--all', 'list every process of 100 MiB or more, not only JVMs')
      .option('--for <duration>', 'look twice, this time apart, and tell what grows')
      .option('--gc', 'then collect the Java heap, and judge again')
      .option('--trim', 'then have the allocator give back what is idle, compare with the prediction, and judge again')
      .addOption(
        moreOption(
          '--set <name=value>',
          'then set trim_threshold=SIZE or arena_max=NUMBER of glibc’s malloc, until the next start, and judge again',
        ).argParser((text: string, before: string[] = []) => [...before, text]),
      )
      .addOption(moreOption('--ask-allocator', 'ask the allocator itself what it keeps: the JVM loads a small agent, which stays'))
      .addOption(moreOption('--histogram', 'count Inflaters and classes in the Java heap; the JVM stands still meanwhile'))
      .addOption(moreOption('--peek', 'show what the largest mappings hold; this prints contents of memory'))
      .option(
        '--stacks [duration]',
        'show the Java stacks of native memory not freed meanwhile; loads async-profiler (default: 30s)',
      )
      .addOption(moreOption('--timeout <duration>', 'longest time that the JVM may take to answer (default: 10s; in a list 2s)'))
      .option('--after-oom', 'explain an OOM kill afterwards')
      .addOption(moreOption('--pid <pid>', 'with --after-oom: the kill of this process, by its pid on the host'))
      .addOption(
        moreOption('--cgroup <path>', 'with --after-oom: the last kill in this group, or one below it; or name it by --container'),
      )
      .addOption(
        moreOption(
          '--kernel-log <file>',
          'with --after-oom: a saved log, of dmesg or journalctl -k; - is stdin (default: /dev/kmsg)',
        ),
      )
      .addOption(
        moreOption('--looks-dir <folder>', 'with --after-oom: where offheap export --keep-looks has kept what it saw of it'),
      )
      .addOption(
        moreOption(
          '--counters-dir <folder>',
          'with --after-oom: where it may have left a counter page (default: OFFHEAP_COUNTERS_DIR)',
        ),
      )
      .addOption(sysrootOption())
      .option('--verbose', 'show every part, and each setting as a line for Dockerfile, Kubernetes and systemd')
      .action(runDoctor);
    addPrintOptions(command, doctorFormats);
  },
};

async function runDoctor(target: string | undefined, options: DoctorOptions): Promise<void> {
  if (options.afterOom === true) {
    await explainKill(target, options);
    return;
  }
  const [given] = Object.entries(aboutKills).filter(([name]) => options[name as keyof typeof aboutKills] !== undefined);
  if (given) throw new OffheapError('USAGE', `Expected ${given[1]} with --after-oom, which explains a kill.`);
  const place = parsePlace(target, options);
  if (target === undefined && !place) {
    await list(options);
    return;
  }
  const { findFile, printDead, resolveUnlessFile } = await import('./run/run-dead.ts');
  const file = target === undefined ? undefined : await findFile(target);
  if (file === 'dead') {
    await printDead(target ?? '', needingLife(options), options);
    return;
  }
  refuseSysroot(options);
  const timeoutMs = parseDuration(options.timeout ?? '10s', '--timeout');
  const { resolveSubject } = await import('./run/subjects.ts');
  const pid = target === undefined ? await resolveSubject(undefined, place, 'doctor') : await resolveUnlessFile(target, file);
  const { parseMallocSettings } = await import('../model/malloc-settings.ts');
  const set = options.set && parseMallocSettings(options.set.join(','));
  const forMs = options.for === undefined ? undefined : parseDuration(options.for, '--for');
  const { renderOptions, requireOutput, writeOutput } = await import('./run/output.ts');
  await requireOutput(options.output);
  const { doctor } = await import('../api/doctor.ts');
  const { doctorReporters } = await import('../reporters/doctor.ts');
  const { interruptible, unlessInterrupted } = await import('./run/interruptible.ts');
  const { expectingTrim, loadingAgent, readingLonger, startProgress } = await import('./run/progress.ts');
  const stacksMs = parseStacksDuration(options.stacks);
  const progress = await startProgress(options.quiet !== true);
  const { signal, release } = interruptible();
  try {
    if (forMs !== undefined) progress.update(`looking twice at process ${pid}, ${options.for} apart`);
    const { gc = false, trim = false, histogram = false, peek = false, askAllocator = false } = options;
    // Ctrl-C ends a recording, and the wait between two looks; what is known then is printed.
    const result = await unlessInterrupted(signal, () =>
      doctor(pid, {
        ...{ forMs, gc, trim, set, histogram, peek, askAllocator, stacksMs, timeoutMs, signal },
        onTrim: (expected) => progress.say(expectingTrim(pid, expected)),
        onStep: (step) => {
          if (step === 'heaps') progress.update(readingLonger(pid));
          if (step === 'agent') progress.say(loadingAgent(pid));
          if (step === 'stacks')
            progress.update(`recording native allocations of process ${pid} for ${formatSeconds(stacksMs ?? 0)}`);
        },
      }),
    );
    progress.stop();
    const { verbose = false } = options;
    await writeOutput(doctorReporters[options.format](result, { ...renderOptions(options), verbose }), options);
    process.exitCode = signal.aborted ? exitCodes.interrupted : chooseExitCode(result);
  } finally {
    progress.stop();
    release();
  }
}

/** The first of the options that a file of a dead process has nothing for. */
function needingLife(options: DoctorOptions): string | undefined {
  const given = [...aboutOneProcess, 'timeout' as const, 'all' as const].find((name) => options[name] !== undefined);
  return given === undefined ? undefined : `--${given === 'askAllocator' ? 'ask-allocator' : given}`;
}

/** The process is gone: there is nothing to look at, or to do to it. */
async function explainKill(target: string | undefined, options: DoctorOptions): Promise<void> {
  const given = aboutOneProcess.find((name) => options[name] !== undefined);
  const listing = (['all', 'pod'] as const).find((name) => options[name] !== undefined);
  if (target !== undefined || given !== undefined || listing !== undefined) {
    const what = target === undefined ? `--${given ?? listing}` : 'a process';
    throw new OffheapError('USAGE', `Expected --after-oom without ${what}. Whose kill it explains: --pid, --cgroup or --container`);
  }
  const { printAfterOom } = await import('./run/run-after-oom.ts');
  await printAfterOom(options);
}

/** Without a process there is none to do anything to. */
async function list(options: DoctorOptions): Promise<void> {
  const [given] = aboutOneProcess.filter((name) => options[name] !== undefined);
  if (given !== undefined)
    throw new OffheapError('USAGE', `Expected a process for --${given}, got none. List them: offheap doctor`);
  if (options.format !== 'table' && options.format !== 'json')
    throw new OffheapError('USAGE', `Expected a process for --format=${options.format}, got none. A list is a table or JSON.`);
  const { printSurvey } = await import('./run/run-survey.ts');
  const surveyed = { all: options.all === true, inPods: options.pod !== undefined };
  await printSurvey(surveyed, parseDuration(options.timeout ?? '2s', '--timeout'), options);
}

function chooseExitCode({ findings }: DoctorResult): number {
  if (findings.some(({ severity }) => severity === 'problem')) return exitCodes.problems;
  return findings.some(({ code }) => code === 'not-enough-evidence') ? exitCodes.failed : exitCodes.ok;
}

function parseStacksDuration(option: string | true | undefined): number | undefined {
  if (option === undefined) return undefined;
  return parseDuration(option === true ? defaultStacksDuration : option, '--stacks');
}
