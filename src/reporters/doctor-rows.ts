import type { AppliedFix, DoctorResult, Evidence, Region } from '../model/doctor.ts';
import { printable } from '../model/printable.ts';
import { bytesPerMiB, formatMiB, formatSeconds } from '../model/units.ts';
import { abbreviateCommand } from './abbreviate.ts';
import { bar } from './bar.ts';

const barWidth = 24;
const longestCommand = 80;
/** Of files: their end says more than their beginning, and the table has to fit a terminal. */
const longestName = 28;
/** Shown as 0.0 otherwise. */
const leastShownBytes = 0.05 * bytesPerMiB;

export const regionHead = ['part', 'RSS MiB', 'share', '', 'mapped MiB', 'mappings', 'largest'];

/** The parts that have resident or swapped memory, largest first, and their sum. */
export function regionRows({ regions, rssBytes, swapBytes }: Evidence): string[][] {
  const rows = regions
    .filter((region) => region.rssBytes > 0 || region.swapBytes > 0)
    .toSorted((a, b) => b.rssBytes - a.rssBytes)
    .map((region) => [
      region.kind,
      mib(region.rssBytes),
      percent(region.rssBytes / rssBytes),
      bar(region.rssBytes / rssBytes, barWidth),
      mib(region.sizeBytes),
      String(region.mappings),
      largestOf(region),
    ]);
  const swap = swapBytes > 0 ? `${mib(swapBytes)} MiB more in swap` : '';
  return [...rows, ['RSS', mib(rssBytes), '100 %', '', '', '', swap]];
}

export const mallocHead = ['glibc’s heaps', 'MiB', 'what gives it back'];

/** Undefined where the heaps were not read. */
export function mallocRows({ malloc }: Evidence): string[][] | undefined {
  if (!malloc) return undefined;
  const { totals, mmapped, arenas, census } = malloc;
  const { pageBytes, mainTopBytes, arenaTopBytes, subPageBytes } = totals.residentFree;
  const rows: [string, number, string][] = [
    ['in use', totals.liveBytes, `the program: ${count(totals.liveChunks)} blocks, resident or not`],
    ['in use, mappings of their own', mmapped.sizeBytes, `the program: ${count(mmapped.chunks)} blocks`],
    ['free and resident, whole pages', pageBytes, 'malloc_trim'],
    ['free and resident, main top', mainTopBytes, 'malloc_trim'],
    [`free and resident, tops of ${arenas.length - 1} arenas`, arenaTopBytes, 'a fixed trim threshold'],
    ['free and resident, parts of pages', subPageBytes, 'nothing: live blocks pin them'],
    ['could not be followed', totals.unreadableBytes, 'the program changed it meanwhile'],
    [
      'of those in use, zlib states',
      census.bytes,
      `${count(census.inflaters)} Inflaters, ${count(census.deflaters)} Deflaters, at most`,
    ],
  ];
  return rows.filter(([, bytes]) => bytes >= leastShownBytes).map(([name, bytes, cure]) => [name, mib(bytes), cure]);
}

export const peekHead = ['mapping', 'whose', 'RSS MiB', 'pages looked at', 'text in them'];

/** Undefined where nobody peeked. */
export function peekRows({ peek }: DoctorResult): string[][] | undefined {
  return peek?.map(({ start, name, rssBytes, contents, excerpts }) => {
    const kinds = Object.entries(contents).sort(([, a], [, b]) => b - a);
    return [
      start.toString(16),
      printable(name),
      mib(rssBytes),
      kinds.map(([kind, pages]) => `${pages} ${kind}`).join('\n'),
      excerpts.join('\n'),
    ];
  });
}

/** A paragraph per stack; none where nobody watched. */
export function stackParagraphs({ stacks }: DoctorResult): string[] {
  if (!stacks) return [];
  const { intervalMs, bytes, top, collapsedFile, flameGraphFile } = stacks;
  const summary = `Allocated in ${formatSeconds(intervalMs)} and not freed: ${mib(bytes)} MiB (sampled). All stacks: ${collapsedFile}, as a flame graph: ${flameGraphFile}`;
  return [
    summary,
    ...top.map((stack) => [`${mib(stack.bytes)} MiB`, ...stack.frames.map((frame) => `    at ${printable(frame)}`)].join('\n')),
  ];
}

/** Who it is, in a line. */
export function describePatient({ evidence, durationMs }: DoctorResult): string {
  const { pid, command, jvm, allocator, malloc, uptimeMs, threads } = evidence;
  const what = abbreviateCommand(command, longestCommand);
  const runtime = jvm ? `JDK ${jvm.version}, ` : '';
  const library = allocator.name === 'glibc' && malloc?.glibcVersion ? `glibc ${malloc.glibcVersion}` : allocator.name;
  return `Process ${pid}: ${what} (${runtime}${library}, ${threads} threads, up ${formatSeconds(uptimeMs)}; looked at in ${formatSeconds(durationMs)})`;
}

export function describeApplied({
  kind,
  measure,
  predictedBytes,
  actualBytes,
  rssBeforeBytes,
  rssAfterBytes,
  errorShare,
}: AppliedFix): string {
  const name = kind === 'trim' ? 'Trim' : 'GC';
  const rss = `RSS ${mib(rssBeforeBytes)} → ${mib(rssAfterBytes)} MiB`;
  const result = measure === 'rss' ? 'gave back' : 'freed, of blocks of malloc,';
  return `${name}: ${result} ${mib(actualBytes)} MiB; predicted ${mib(predictedBytes)} MiB, an error of ${percent(errorShare, 2)} of RSS. ${rss}.`;
}

/** What could not be looked at. */
export function blindLines({ blindSpots }: Pick<DoctorResult, 'blindSpots'>): string[] {
  return blindSpots.map(({ instrument, reason, cure }) => `${instrument}: ${reason}${cure === undefined ? '' : ` ${cure}`}`);
}

/** Commands that tell or do more, those that fit this process. */
export function nextCommands({ evidence, findings, applied }: DoctorResult): string[] {
  const { pid, jvm, growth } = evidence;
  const has = (code: string) => findings.some((finding) => finding.code === code);
  const done = (kind: AppliedFix['kind']) => applied.some((fix) => fix.kind === kind);
  return [
    ...(has('waiting-for-gc') && !done('gc') ? [`offheap doctor ${pid} --gc            # collect, and see what it frees`] : []),
    ...(has('waiting-for-gc') && jvm && !jvm.histogram
      ? [`offheap doctor ${pid} --histogram     # count Inflaters; stops the JVM while it walks the heap`]
      : []),
    ...(has('retained-pages') && jvm?.canTrim && !done('trim')
      ? [`offheap doctor ${pid} --trim          # give it back, and check the prediction`]
      : []),
    ...(growth === undefined ? [`offheap doctor ${pid} --for=30s       # two looks: does it grow?`] : []),
  ];
}

function largestOf({ largest, mappings }: Region): string {
  const [first] = largest;
  if (!first || first.name === '') return '';
  const text = printable(first.name);
  const name = text.length > longestName ? `…${text.slice(1 - longestName)}` : text;
  return mappings < 2 ? name : `${name} (${mib(first.rssBytes)})`;
}

/** A decimal below 10 MiB: parts of a small process differ by less than one. */
function mib(bytes: number): string {
  return Math.abs(bytes) < 10 * bytesPerMiB ? (bytes / bytesPerMiB).toFixed(1) : formatMiB(bytes);
}

function percent(share: number, digits = 1): string {
  return `${(share * 100).toFixed(digits)} %`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
