import { styleText } from 'node:util';
import type { DoctorResult, Evidence } from '../model/doctor.ts';
import type { DoctorFile } from '../model/doctor-file.ts';
import { formatCount, formatMiB, formatPercent, formatSmallMiB, formatUptime } from '../model/units.ts';
import { nameCommand } from '../parse/java-command.ts';
import { type AccountPart, accountOf } from '../stats/rss-account.ts';
import type { TerminalOptions } from './render-options.ts';
import { stackedBar } from './stacked-bar.ts';
import { wrapItems } from './wrap.ts';

const widestBar = 100;
/** Each can be told from its neighbours without colours. */
const glyphs: Record<AccountPart, string> = {
  heap: '█',
  'malloc in use': '▓',
  'malloc kept free': '▒',
  malloc: '▓',
  other: '░',
  'others in the container': '▚',
  free: '·',
};

/** As on the page of a result. */
const colors: Partial<Record<AccountPart, Parameters<typeof styleText>[0]>> = {
  heap: 'blue',
  'malloc in use': 'yellow',
  'malloc kept free': 'magenta',
  malloc: 'yellow',
  free: 'dim',
};

/** Who it is, in a line. */
export function describePatient({ evidence }: DoctorResult): string {
  return `${namePatient(evidence)}: ${describeRuntime(evidence).join(', ')}`;
}

export function namePatient({ command, isJvm, pid }: Pick<Evidence, 'command' | 'isJvm' | 'pid'>): string {
  return `${nameCommand(command, isJvm)} (pid ${pid})`;
}

/** What it runs on, how many threads it has, and since when. */
export function describeRuntime({ jvm, allocator, malloc, threads, uptimeMs }: DoctorFile['evidence']): string[] {
  const library = allocator.name === 'glibc' && malloc?.glibcVersion ? `glibc ${malloc.glibcVersion}` : allocator.name;
  return [
    ...(jvm ? [`JDK ${jvm.version}`] : []),
    library,
    `${formatCount(threads)} thread${threads === 1 ? '' : 's'}`,
    `up ${formatUptime(uptimeMs)}`,
  ];
}

/** RSS, of how much, and what it is, as one bar with a legend. */
export function renderAccount(evidence: Evidence, { width, color }: Pick<TerminalOptions, 'width' | 'color'>): string {
  const { parts, limitBytes } = accountOf(evidence);
  const paint = (name: AccountPart, text: string) => {
    const style = colors[name];
    return color && style !== undefined ? styleText(style, text, { validateStream: false }) : text;
  };
  const inGlyphs = parts.map(({ name, bytes }) => ({ glyph: glyphs[name], bytes }));
  const bar = parts.reduce(
    (drawn, { name }) => drawn.replace(new RegExp(`${glyphs[name]}+`), (run) => paint(name, run)),
    stackedBar(inGlyphs, Math.min(width, widestBar)),
  );
  const legend = wrapItems(
    parts.map(({ name, bytes }) => `${glyphs[name]} ${name} ${formatSmallMiB(bytes)}`),
    width,
  );
  const keyed = parts.reduce((drawn, { name }) => drawn.replace(glyphs[name], (glyph) => paint(name, glyph)), legend);
  return [describeRss(evidence, limitBytes), bar, keyed].join('\n');
}

function describeRss({ rssBytes, swapBytes }: Evidence, limitBytes: number | undefined): string {
  const swapped = swapBytes > 0 ? `, and ${formatMiB(swapBytes)} MiB in swap` : '';
  if (limitBytes === undefined) return `RSS ${formatMiB(rssBytes)} MiB${swapped}; no memory limit`;
  const share = formatPercent(rssBytes / limitBytes);
  return `RSS ${formatMiB(rssBytes)} MiB, ${share} of the memory limit of ${formatMiB(limitBytes)} MiB${swapped}`;
}
