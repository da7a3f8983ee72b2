import type { Command } from 'commander';

/** What the help of a command has below its options. */
export interface Manual {
  /** A line of its own above the examples. */
  note?: string;
  examples: readonly string[];
  exit: readonly string[];
  /** What it reads and writes. */
  files?: readonly string[];
  environment?: readonly string[];
  seeAlso: readonly string[];
}

/** Lines that several manuals have. */
export const exits = {
  ok: '0    done',
  cellsOk: '0    every cell that could run is ok',
  cellFailed: '1    a cell failed or timed out, or a file could not be written',
  failed: '1    failed; stderr says why and how to fix it',
  usage: '2    wrong usage: nothing was started',
  interrupted: '130  interrupted: finished cells are kept and printed',
} as const;

export const files = {
  results: 'CACHE/results/           raw results, one file a run, written after each cell; crash logs',
  scanSet: 'CACHE/scan-set/          the jars that repro scans, one set for each JDK',
  counterFolder: '/dev/shm/offheap-*, else TMPDIR   counters of a running cell, and links to what it preloads; removed with it',
} as const;

export const environment = {
  cacheFolder: 'OFFHEAP_CACHE_DIR     CACHE: default XDG_CACHE_HOME/offheap or ~/.cache/offheap; in a checkout build/',
  javaHome: 'JAVA_HOME             the JDK, unless --java names one',
  mavenRepository: 'OFFHEAP_MAVEN_REPOSITORY   URL instead of Maven Central, for --stacks and --loader=spring-boot:VERSION',
  noColor: 'NO_COLOR              any value: no colours',
} as const;

const units = 'Sizes: 512k, 64MB, 1g (powers of 1024). Durations: 500ms, 5s, 2m, 1h; a bare number is seconds.';

/** `all`: with what the first screen leaves out. */
export function renderManual(command: Command, manual: Manual, { all }: { all: boolean }): string {
  const takesUnits = command.options.some(({ flags }) => /<(size|duration|time)/.test(flags));
  const parts = [
    manual.note,
    section('Examples', manual.examples),
    takesUnits ? units : undefined,
    ...(all
      ? [section('Exit status', manual.exit), section('Files', manual.files), section('Environment', manual.environment)]
      : []),
    `See also: ${manual.seeAlso.join(', ')}${all ? '' : `\nMore options, units, exit status, files: offheap ${command.name()} --help --all`}`,
  ];
  return parts
    .filter((part) => part !== undefined)
    .map((part) => `\n${part}`)
    .join('\n');
}

function section(title: string, lines: readonly string[] | undefined): string | undefined {
  return lines && [`${title}:`, ...lines.map((line) => `  ${line}`)].join('\n');
}
