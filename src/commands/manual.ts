import type { Command } from 'commander';
import { packagedAllocators } from '../allocators/registry.ts';

interface Manual {
  exit: readonly string[];
  /** What it reads and writes. */
  files?: readonly string[];
  environment?: readonly string[];
  seeAlso: readonly string[];
}

const exits = {
  ok: '0    done',
  matrix: [
    '0    done, every cell that could run is ok',
    '1    a cell failed or ran into its time-out, or a file could not be written',
  ],
  usage: '2    wrong usage: nothing was started',
  failed: '1    could not; one sentence on stderr says why and what cures it',
  interrupted: '130  interrupted: finished cells are kept and printed',
} as const;

const units = 'Sizes: 512k, 64MB, 1g (powers of 1024). Durations: 500ms, 5s, 2m, 1h; a bare number is seconds.';

const results = 'CACHE/results/           raw results and crash logs, one file a run, written after each cell';
const scanSet = 'CACHE/scan-set/          jars that repro scans, one set for each JDK';
const counterFolder =
  '/dev/shm/offheap-*, else TMPDIR   counters of a running cell and links to what it preloads: private, removed with it';

const cacheFolder = 'OFFHEAP_CACHE_DIR     CACHE: default XDG_CACHE_HOME/offheap or ~/.cache/offheap; in a checkout build/';
const [firstPackaged, ...otherPackaged] = packagedAllocators.map((key) => key.toUpperCase());
const libraries = `${[`OFFHEAP_${firstPackaged}_LIBRARY`, ...otherPackaged.map((key) => `…_${key}_…`)].join(', ')}   the file to take instead of the one found`;
const javaHome = 'JAVA_HOME             the JDK, unless --java names one';
const mavenRepository = 'OFFHEAP_MAVEN_REPOSITORY   URL instead of Maven Central, for --stacks and --loader=spring-boot:VERSION';
const noColor = 'NO_COLOR              any value: no colours';

const manuals: Record<string, Manual> = {
  repro: {
    exit: [...exits.matrix, exits.usage, exits.interrupted],
    files: [results, scanSet, counterFolder],
    environment: [cacheFolder, javaHome, libraries, mavenRepository, noColor],
    seeAlso: ['offheap compare', 'offheap report', 'docs/result-schema.md'],
  },
  compare: {
    exit: [...exits.matrix, exits.usage, exits.interrupted],
    files: [results, counterFolder],
    environment: [cacheFolder, libraries, noColor],
    seeAlso: ['offheap guard', 'offheap report', 'docs/compare.md'],
  },
  guard: {
    exit: [
      '0    every bound is kept',
      '1    a bound could not be checked, or the program failed',
      exits.usage,
      '3    a bound is broken',
      exits.interrupted,
    ],
    files: [results, counterFolder],
    environment: [cacheFolder, libraries, 'GITHUB_ACTIONS=true   annotations on stderr'],
    seeAlso: ['offheap compare', 'docs/compare.md'],
  },
  fit: {
    exit: ['0    a limit was found for every configuration that could run', exits.failed, exits.usage, exits.interrupted],
    files: [results, scanSet, '/sys/fs/cgroup/…/offheap-fit-*   a memory cgroup for each attempt, removed with it'],
    environment: [cacheFolder, javaHome, libraries],
    seeAlso: ['offheap compare', 'docs/fit.md'],
  },
  watch: {
    exit: ['0    it was quit, or the processes have ended', exits.failed, exits.usage],
    files: ['/proc/PID/…              as the doctor', 'CACHE/results/watch-*    what the key s saves'],
    environment: [cacheFolder, noColor],
    seeAlso: ['offheap doctor', 'docs/watch.md'],
  },
  export: {
    exit: ['0    it was ended by a signal', exits.failed, exits.usage],
    files: ['/proc/PID/…              as the doctor'],
    seeAlso: ['docs/export.md', 'docs/fleet.md'],
  },
  syscalls: {
    exit: [exits.ok, exits.failed, exits.usage],
    environment: [libraries],
    seeAlso: ['offheap repro --stacks', 'docs/syscalls.md'],
  },
  doctor: {
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
    environment: [cacheFolder, mavenRepository, noColor],
    seeAlso: ['offheap histo', 'docs/doctor.md', 'docs/security.md'],
  },
  report: {
    exit: [exits.ok, exits.failed, exits.usage],
    seeAlso: ['offheap repro', 'offheap doctor --format=html', 'docs/report.md'],
  },
  allocators: {
    exit: [exits.ok, exits.usage],
    environment: [libraries],
    seeAlso: ['offheap repro', 'offheap compare'],
  },
  counters: {
    exit: [exits.ok, exits.failed, exits.usage],
    files: ['DIR/PID-N.counters       the page of a process; stays when it ends'],
    environment: ['OFFHEAP_COUNTERS_DIR  of the observed process: DIR; without it the page is a memfd that ends with it'],
    seeAlso: ['docs/counters.md'],
  },
  histo: {
    exit: [exits.ok, exits.failed, exits.usage],
    files: ['/proc/PID/…              maps, pagemap, memory of malloc’s heaps (read only)'],
    seeAlso: ['offheap doctor', 'docs/inspector.md'],
  },
  'scan-set': {
    exit: [exits.ok, exits.failed, exits.usage],
    files: [scanSet],
    environment: [cacheFolder, javaHome],
    seeAlso: ['offheap repro'],
  },
  completion: { exit: [exits.ok, exits.usage], seeAlso: ['offheap --help'] },
};

/** What a manual page has after options and examples. */
export function addManuals(program: Command): void {
  for (const command of program.commands) {
    const manual = manuals[command.name()];
    if (manual) command.addHelpText('after', () => render(command, manual));
  }
}

function render(command: Command, { exit, files, environment, seeAlso }: Manual): string {
  const takesUnits = command.options.some(({ flags }) => /<(size|duration|time)/.test(flags));
  const sections = [
    ...(takesUnits ? [`\n${units}`] : []),
    section('Exit status', exit),
    ...(files ? [section('Files', files)] : []),
    ...(environment ? [section('Environment', environment)] : []),
    `\nSee also: ${seeAlso.join(', ')}`,
  ];
  return sections.join('\n');
}

function section(title: string, lines: readonly string[]): string {
  return [`\n${title}:`, ...lines.map((line) => `  ${line}`)].join('\n');
}
