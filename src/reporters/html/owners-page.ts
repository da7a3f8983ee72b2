import type { OwnersResult } from '../../model/owners.ts';
import { formatMiB, formatSeconds, formatUptime } from '../../model/units.ts';
import { nameCommand } from '../../parse/java-command.ts';
import { describeCreations } from '../owner-creations.ts';
import { describeOwners } from '../owner-sentences.ts';
import { describeBaseline, ownerGrowthColumns, ownerGrowthRows } from '../owners-growth.ts';
import type { RenderOptions } from '../render-options.ts';
import { scrollable } from './configurations.ts';
import { figuresTable } from './figures-table.ts';
import { html, type Markup } from './markup.ts';
import { ownerTree } from './owner-tree.ts';
import { ownersMapId, renderGaps, renderOwners, renderUnowned } from './owners-section.ts';
import { type Page, renderPage } from './page.ts';
import { definitions } from './provenance.ts';

export interface OwnersPageOptions extends Pick<RenderOptions, 'assets'> {
  tool: Page['tool'];
  /** How many owners its tables have. */
  top: number;
}

/** A result of `owners` in the frame of the other reports. `whole` is what can be downloaded: the file, of which `result` may be a part. */
export function renderOwnersHtml(result: OwnersResult, { assets, tool, top }: OwnersPageOptions, whole: unknown = result): string {
  const { pid, command, heap, whyNoHeap } = result;
  const isJvm = heap !== undefined || whyNoHeap !== undefined;
  return renderPage(
    {
      title: `${nameCommand(command, isJvm)} (pid ${pid})`,
      about: aboutOf(result),
      tool,
      sections: sectionsOf(result, top).filter(({ content }) => content !== undefined),
      files: [{ id: 'offheap-owners', name: 'owners.json', mediaType: 'application/json', content: whole }],
      drawn: result.unsized ? [] : [{ id: ownersMapId, content: ownerTree(result) }],
    },
    assets(),
  );
}

function aboutOf({ heap, takenAt, uptimeMs, core }: OwnersResult): string {
  const jvm = heap ? [`JDK ${heap.jdk}`, heap.collector] : [];
  const up = core ? (uptimeMs > 0 ? [`was up ${formatUptime(uptimeMs)}`] : []) : [`up ${formatUptime(uptimeMs)}`];
  return [...jvm, ...up, new Date(takenAt).toISOString()].join(' · ');
}

function sectionsOf(result: OwnersResult, top: number): Page['sections'] {
  return [
    { id: 'growth', heading: 'What has grown', content: renderGrowth(result, top) },
    {
      id: 'owners',
      heading: result.unsized ? 'Which objects hold addresses' : 'Who owns the blocks of malloc',
      content: html`<p class="sentence">${describeOwners(result)}</p>${renderOwners(result, top)}`,
    },
    { id: 'nobody', heading: 'Blocks of nobody', content: renderUnowned(result) },
    { id: 'makers', heading: 'Who makes the objects', content: renderCreations(result) },
    { id: 'gaps', heading: 'What was not seen', content: renderGaps(result) },
    { id: 'process', heading: 'Process', content: renderProcess(result) },
  ];
}

function renderGrowth(result: OwnersResult, top: number): Markup | undefined {
  const { baseline } = result;
  if (!baseline) return undefined;
  const caption = 'The largest change first. – where a look does not have that owner.';
  const table = figuresTable(caption, ownerGrowthColumns(result, baseline), ownerGrowthRows(result, baseline, top));
  return html`${describeBaseline(result, baseline).map((text) => html`<p class="sentence">${text}</p>`)}${scrollable('What has grown', table)}`;
}

function renderCreations({ created, owners }: OwnersResult): Markup | undefined {
  return created && html`<pre>${describeCreations(created, owners)}</pre>`;
}

function renderProcess({ command, rssBytes, threads, durationMs, heap, core }: OwnersResult): Markup {
  return definitions([
    ['command', html`<code class="long">${command.join(' ')}</code>`],
    ['core file', core?.path],
    [core ? 'filled' : 'RSS', `${formatMiB(rssBytes)} MiB`],
    ['threads', threads],
    ['Java heap read', heap && `${formatMiB(heap.readBytes)} of ${formatMiB(heap.usedBytes)} MiB in use`],
    ['reading took', formatSeconds(durationMs)],
  ]);
}
