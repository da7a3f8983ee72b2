import type { DoctorResult, Evidence } from '../model/doctor.ts';
import type { DoctorFile } from '../model/doctor-file.ts';
import { formatCount, formatMiB, formatPercent, formatSmallMiB, formatUptime } from '../model/units.ts';
import { nameCommand } from '../parse/java-command.ts';
import { type AccountPart, accountOf } from '../stats/rss-account.ts';
import { paintOf, type Style } from './paint.ts';
import type { TerminalOptions } from './render-options.ts';
import { stackedBar } from './stacked-bar.ts';
import { wrap, wrapItems } from './wrap.ts';

const widestBar = 100;
/** Each can be told from its neighbours without colours. */
const glyphs: Record<AccountPart, string> = {
  heap: '█',
  'malloc in use': '▓',
  'malloc kept free': '▒',
  'malloc not read': '▞',
  malloc: '▓',
  other: '░',
  'others in the container': '▚',
  free: '·',
};

/** As on the page of a result. */
const colors: Partial<Record<AccountPart, Style>> = {
  heap: 'blue',
  'malloc in use': 'yellow',
  'malloc kept free': 'magenta',
  'malloc not read': 'red',
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
export function describeRuntime({ jvm, runtime, allocator, malloc, threads, uptimeMs }: DoctorFile['evidence']): string[] {
  const library =
    allocator.name === 'glibc' && malloc?.glibcVersion
      ? `glibc ${malloc.glibcVersion}`
      : allocator.name === 'unknown'
        ? 'unknown allocator'
        : allocator.name;
  return [
    ...(jvm ? [`JDK ${jvm.version}`] : []),
    ...(runtime === 'native-image' ? ['GraalVM native image'] : []),
    library,
    `${formatCount(threads)} thread${threads === 1 ? '' : 's'}`,
    `up ${formatUptime(uptimeMs)}`,
  ];
}

/** RSS, of how much, and what it is, as one bar with a legend. */
export function renderAccount(evidence: Evidence, options: BarOptions): string {
  return [wrap(describeRss(evidence, evidence), options.width), ...accountBar(evidence, options)].join('\n');
}

type BarOptions = Pick<TerminalOptions, 'width' | 'color'>;
interface LegendText {
  format: (bytes: number) => string;
  /** What the legend says beside the parts. */
  remarks?: readonly string[];
}

/** The bar, and its legend in lines of `width`. */
export function accountBar(
  evidence: Evidence,
  { width, color }: BarOptions,
  { format, remarks = [] }: LegendText = { format: formatSmallMiB },
): string[] {
  const { parts } = accountOf(evidence);
  const styled = paintOf({ color });
  const paint = (name: AccountPart, text: string) => {
    const style = colors[name];
    return style === undefined ? text : styled(style, text);
  };
  const inGlyphs = parts.map(({ name, bytes }) => ({ glyph: glyphs[name], bytes }));
  const bar = parts.reduce(
    (drawn, { name }) => drawn.replace(new RegExp(`${glyphs[name]}+`), (run) => paint(name, run)),
    stackedBar(inGlyphs, Math.min(width, widestBar)),
  );
  const named = parts.map(({ name, bytes }) => `${glyphs[name]} ${name} ${format(bytes)}`);
  const legend = wrapItems([...named, ...remarks], width);
  const keyed = parts.reduce((drawn, { name }) => drawn.replace(glyphs[name], (glyph) => paint(name, glyph)), legend);
  return [bar, ...keyed.split('\n')];
}

/** RSS of now, and what an earlier look knows of it. */
export function describeRss(
  { rssBytes, hugetlbBytes = 0 }: Pick<Evidence, 'rssBytes' | 'hugetlbBytes'>,
  { swapBytes, cgroup }: Pick<Evidence, 'swapBytes' | 'cgroup'>,
): string {
  const { limitBytes, account, highBytes = 0 } = cgroup ?? {};
  const huge = hugetlbBytes > 0 ? `, ${formatMiB(hugetlbBytes)} of them on pages of hugetlbfs` : '';
  const swapped = swapBytes > 0 ? `, and ${formatMiB(swapBytes)} MiB in swap` : '';
  if (limitBytes === undefined) {
    const held =
      account && highBytes > 0 ? `, ${formatMiB(account.unreclaimableBytes)} of ${formatMiB(highBytes)} MiB of memory.high` : '';
    const limit = cgroup ? 'no memory limit' : 'no memory limit is to be seen';
    return `RSS ${formatMiB(rssBytes)} MiB${huge}${swapped}; ${limit}${held}`;
  }
  if (account) {
    const heldBytes = account.unreclaimableBytes;
    const ofLimit = `${formatMiB(heldBytes)} of ${formatMiB(limitBytes)} MiB (${formatPercent(heldBytes / limitBytes)})`;
    const slowed = highBytes > 0 && highBytes < limitBytes ? `, slowed down from ${formatMiB(highBytes)} on` : '';
    return `RSS ${formatMiB(rssBytes)} MiB${huge}${swapped}; container ${ofLimit}, ${formatMiB(Math.max(0, limitBytes - heldBytes))} left${slowed}`;
  }
  const share = formatPercent((rssBytes - hugetlbBytes) / limitBytes);
  return `RSS ${formatMiB(rssBytes)} MiB${huge}, ${share} of the memory limit of ${formatMiB(limitBytes)} MiB${swapped}`;
}
