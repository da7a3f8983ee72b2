import type { DeadFinding, DeadResult, DeadSource } from '../model/dead.ts';
import { toPrintableJson } from '../model/printable.ts';
import { formatCount, formatMiB, formatUptime } from '../model/units.ts';
import { isJavaLauncher, nameCommand } from '../parse/java-command.ts';
import { heapsTable, limitsTable, nmtTable, partsTable, recordedTable } from './dead-tables.ts';
import { blindLines } from './doctor-lines.ts';
import { escapeText, fixList, listOf, tableOf } from './doctor-markdown.ts';
import { fixLines, indented, titled } from './fix-lines.ts';
import type { DoctorFormat } from './formats.ts';
import { renderDeadHtml } from './html/dead-page.ts';
import { paintOf } from './paint.ts';
import type { RenderOptions, TerminalOptions } from './render-options.ts';
import { drawTable } from './terminal-table.ts';
import { wrap } from './wrap.ts';

export const deadReporters = {
  table: renderTable,
  json: (result) => `${toPrintableJson(result, 2)}\n`,
  markdown: renderMarkdown,
  html: (result, { assets }) => renderDeadHtml(result, describeDead(result), assets()),
} satisfies Record<DoctorFormat, (result: DeadResult, options: RenderOptions) => string>;

const sources: Readonly<Record<DeadSource, string>> = { hs_err: 'error report', jfr: 'recording', core: 'core file' };

/** Who it was, in a line. */
function describeDead({ process, source, jvm, core }: DeadResult): string {
  const { pid, command, jdk, allocator, threads, uptimeMs, endedAt } = process;
  const isJvm = source.kind !== 'core' || command.some(isJavaLauncher);
  const name = command.length > 0 ? nameCommand(command, isJvm) : source.kind === 'core' ? 'a program' : 'a JVM';
  const facts = [
    ...(jdk === undefined ? [] : [`JDK ${jdk}`]),
    ...(jvm?.collector === undefined ? [] : [jvm.collector]),
    ...(allocator === undefined ? [] : [allocator]),
    ...(threads === undefined ? [] : [`${formatCount(threads)} thread${threads === 1 ? '' : 's'}`]),
    ...(uptimeMs === undefined ? [] : [`was up ${formatUptime(uptimeMs)}`]),
    ...(endedAt === undefined ? [] : [`ended ${endedAt}`]),
    ...(core?.signal === undefined ? [] : [`ended by ${core.signal}`]),
  ];
  return `${name}${pid === undefined ? '' : ` (pid ${pid})`}: ${[...facts, `by its ${sources[source.kind]} ${source.path}`].join(', ')}`;
}

/** What is known of its memory as a whole. */
function describeMemory({ memory, jvm }: DeadResult): string[] {
  const { dumpedBytes, filledBytes, missingBytes } = memory ?? {};
  const { rssBytes, peakRssBytes, committedBytes, virtualBytes, mallocInUseBytes, mallocKeptBytes, swapBytes = 0 } = memory ?? {};
  const mib = (bytes: number | undefined, words: string) => (bytes === undefined ? [] : [words.replace('{}', formatMiB(bytes))]);
  const parts = [
    ...mib(rssBytes, `RSS {} MiB${peakRssBytes === undefined ? '' : `, at most ${formatMiB(peakRssBytes)}`}`),
    ...(swapBytes > 0 ? mib(swapBytes, '{} MiB in swap') : []),
    ...mib(filledBytes, '{} MiB filled'),
    ...mib(dumpedBytes, '{} MiB in the file'),
    ...mib(missingBytes, '{} MiB cut off'),
    ...mib(committedBytes, '{} MiB committed'),
    ...mib(virtualBytes, '{} MiB of addresses'),
    ...(jvm?.heap ? [`Java heap ${formatMiB(jvm.heap.usedBytes)} of ${formatMiB(jvm.heap.committedBytes)} MiB in use`] : []),
    ...mib(
      mallocInUseBytes,
      `malloc {} MiB in use${mallocKeptBytes === undefined ? '' : `, ${formatMiB(mallocKeptBytes)} kept free`}`,
    ),
  ];
  return parts.length === 0 ? [] : [parts.join('; ')];
}

const tablesOf = (result: DeadResult, detail: { verbose: boolean }) =>
  [
    recordedTable(result),
    limitsTable(result),
    partsTable(result, detail),
    heapsTable(result, detail),
    nmtTable(result, detail),
  ].filter((table) => table !== undefined);

function renderTable(result: DeadResult, options: TerminalOptions): string {
  const { width, verbose = false } = options;
  const paint = paintOf(options);
  const { verdict, findings } = result;
  const finding = ({ code, severity, summary, fixes }: DeadFinding) => {
    const mark = severity === 'problem' ? paint(['red', 'bold'], 'problem') : paint('yellow', 'notice');
    const said = verdict.includes(summary) ? [] : indented(summary, width);
    return [`${mark} ${paint('bold', code)}`, ...said, ...fixLines(fixes, { width, verbose }, paint)].join('\n');
  };
  const parts = [
    [describeDead(result), ...describeMemory(result)].map((line) => wrap(line, width)).join('\n'),
    paint('bold', wrap(verdict, width)),
    ...findings.map(finding),
    ...tablesOf(result, { verbose }).map((table) => drawTable(table, options)),
    ...titled('Not told:', blindLines(result), width),
    ...(verbose
      ? []
      : [wrap('--verbose shows every part, and each setting as a line for Dockerfile, Kubernetes and systemd.', width)]),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** For an issue or a chat. */
function renderMarkdown(result: DeadResult): string {
  const parts = [
    [describeDead(result), ...describeMemory(result)].map(escapeText).join('\n'),
    `**${escapeText(result.verdict)}**`,
    ...result.findings.map(({ code, severity, summary, fixes }) =>
      [`### ${severity}: ${code}`, escapeText(summary), fixList(fixes)].filter((text) => text !== '').join('\n\n'),
    ),
    ...tablesOf(result, { verbose: true }).map(tableOf),
    ...listOf('Not told:', blindLines(result).map(escapeText)),
  ];
  return `${parts.join('\n\n')}\n`;
}
