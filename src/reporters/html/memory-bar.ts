import type { DoctorFile } from '../../model/doctor-file.ts';
import { formatShare, formatSmallMiB } from '../../model/units.ts';
import { limitAccount, repeatedHeapBytes } from '../../stats/rss-account.ts';
import { type PartKind, type RssPart, rssParts } from '../../stats/rss-parts.ts';
import { scrollable } from './configurations.ts';
import { html, type Markup } from './markup.ts';

/** Thinner than this a part cannot be seen in the bar, nor found in the legend. */
const leastShare = 0.02;
/** Wide enough for a figure inside. */
const labelledShare = 0.06;
const namesListed = 3;
/** These answer what to do: they have a row of their own however small they are. */
const always: ReadonlySet<PartKind> = new Set<PartKind>(['heap', 'malloc', 'in-use', 'trimmable', 'kept', 'cached', 'unread']);

/** What the bar of one process is drawn from. */
export interface Memory extends ReturnType<typeof limitAccount> {
  /** They sum to `rssBytes` less `repeatedBytes`. */
  parts: RssPart[];
  rssBytes: number;
  /** What RSS counts again, as the heap is mapped at several addresses: it is no memory, and not in the bar. */
  repeatedBytes: number;
  swapBytes: number;
}

export function memoryOf(evidence: DoctorFile['evidence']): Memory {
  const { rssBytes, swapBytes } = evidence;
  const repeatedBytes = repeatedHeapBytes(evidence);
  const parts = rssParts(evidence).map((part) => (part.kind === 'heap' ? { ...part, bytes: part.bytes - repeatedBytes } : part));
  const room = limitAccount({ ...evidence, rssBytes: rssBytes - repeatedBytes });
  return { parts: joinSmall(parts, rssBytes), rssBytes, repeatedBytes, swapBytes, ...room };
}

/** How far the bar reaches. */
export function extentBytes({ rssBytes, repeatedBytes, othersBytes, limitBytes }: Memory): number {
  return Math.max(1, rssBytes - repeatedBytes + othersBytes, limitBytes ?? 0);
}

/** Several small parts become one, which names the largest. */
function joinSmall(parts: readonly RssPart[], rssBytes: number): RssPart[] {
  const isSmall = ({ kind, bytes }: RssPart) => !always.has(kind) && bytes < leastShare * rssBytes;
  const seen = parts.filter(({ bytes }) => bytes > 0);
  const small = seen.filter(isSmall);
  if (small.length < 2) return seen;
  const names = small.toSorted((a, b) => b.bytes - a.bytes).map(({ name }) => name);
  const listed = names.length > namesListed ? `${names.slice(0, namesListed).join(', ')}, …` : names.join(', ');
  const joined: RssPart = {
    name: `${names.length} smaller parts (${listed})`,
    kind: 'other',
    bytes: small.reduce((sum, { bytes }) => sum + bytes, 0),
  };
  return [...seen.filter((part) => !isSmall(part)), joined];
}

/** One bar; `scaleBytes` is what its whole width stands for. The legend beside it has its figures. */
export function renderMemoryBar(memory: Memory, scaleBytes: number): Markup {
  const { parts, othersBytes, freeBytes, limitBytes } = memory;
  const width = (bytes: number) => `${((100 * bytes) / scaleBytes).toFixed(3)}%`;
  const segment = (className: string, bytes: number, name: string) =>
    bytes > 0 &&
    html`<span class="segment ${className}" style="width:${width(bytes)}" title="${name}: ${formatSmallMiB(bytes)} MiB">${bytes >= labelledShare * scaleBytes && formatSmallMiB(bytes)}</span>`;
  const limit =
    limitBytes !== undefined &&
    html`<span class="limit" style="left:${width(limitBytes)}"><span>limit ${formatSmallMiB(limitBytes)} MiB</span></span>`;
  return html`<div class="memory${limitBytes !== undefined && ' limited'}" aria-hidden="true">${parts.map(({ kind, bytes, name }) => segment(`part-${kind}`, bytes, name))}${segment('part-others', othersBytes, othersName)}${segment('part-free', freeBytes, freeName)}${limit}</div>`;
}

const othersName = 'others in the container, page cache among them';
const repeatedName = 'java heap, counted again where it is mapped again';
const freeName = 'free up to the limit';

export function renderMemoryLegend(memory: Memory): Markup {
  const { parts, rssBytes, repeatedBytes, swapBytes, limitBytes, othersBytes, freeBytes } = memory;
  const row = (className: string, name: string, bytes: number, share: string) =>
    html`<tr><th scope="row"><span class="swatch part-${className}"></span>${name}</th><td>${formatSmallMiB(bytes)}</td><td>${share}</td></tr>\n`;
  const ofRss = (bytes: number) => formatShare(bytes, rssBytes);
  const ofLimit = (bytes: number) => `${formatShare(bytes, limitBytes ?? 0)} of the limit`;
  const table = html`<table class="shares">
<caption>${limitBytes === undefined ? 'No memory limit is in force for this process.' : html`RSS${repeatedBytes > 0 && ', each page counted once,'} is ${ofLimit(rssBytes - repeatedBytes)} of ${formatSmallMiB(limitBytes)} MiB.`}</caption>
<thead><tr><th scope="col">part</th><th scope="col">MiB</th><th scope="col">share</th></tr></thead>
<tbody>${parts.map(({ kind, name, bytes }) => row(kind, name, bytes, ofRss(bytes)))}${repeatedBytes > 0 && row('none', repeatedName, repeatedBytes, ofRss(repeatedBytes))}
<tr class="sum"><th scope="row">RSS</th><td>${formatSmallMiB(rssBytes)}</td><td>100 %</td></tr>
${othersBytes > 0 && row('others', othersName, othersBytes, ofLimit(othersBytes))}${freeBytes > 0 && row('free', freeName, freeBytes, ofLimit(freeBytes))}${swapBytes > 0 && row('swap', 'in swap, not in RSS', swapBytes, '')}</tbody>
</table>`;
  return scrollable('Sizes of the parts', table);
}
