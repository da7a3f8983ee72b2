import type { ResultFile } from '../../model/result.ts';
import { renderCsv } from '../csv.ts';
import { describeRun } from '../narrative.ts';
import type { RenderOptions } from '../render-options.ts';
import { namesOf } from '../result-names.ts';
import { renderBreakdown } from './breakdown.ts';
import { renderChartSection } from './chart-section.ts';
import { configurationKeys } from './configurations.ts';
import { flameData } from './flame-section.ts';
import { renderIntervals } from './intervals.ts';
import { type Page, renderPage } from './page.ts';
import { renderPartsOverTime } from './parts-over-time.ts';
import { renderHost, renderProvenance } from './provenance.ts';
import { renderRepeats } from './repeats.ts';
import { profiledCells, renderCellStacks } from './stacks.ts';
import { renderFigures, renderVerdict } from './verdict.ts';

/** A result as one HTML file that works offline. Without JavaScript everything but the chart and the downloads is there. */
export function renderHtml(result: ResultFile, { assets }: Pick<RenderOptions, 'assets'>): string {
  return renderPage(
    {
      title: titleOf(result),
      about: describeRun(result),
      tool: result.tool,
      sections: sectionsOf(result).filter(({ content }) => content !== undefined),
      files: [
        { id: 'offheap-result', name: 'result.json', mediaType: 'application/json', content: result },
        { id: 'offheap-csv', name: 'cells.csv', mediaType: 'text/csv', content: renderCsv(result) },
      ],
      drawn: flameData(profiledCells(result).map(({ stacks }) => stacks)),
    },
    assets(),
  );
}

function titleOf(result: ResultFile): string {
  const count = configurationKeys(result).length;
  const { compared } = namesOf(result);
  return `Memory ${compared === 'variant' ? 'of' : 'under'} ${count} ${compared}${count === 1 ? '' : 's'}`;
}

function sectionsOf(result: ResultFile): Page['sections'] {
  return [
    { id: 'verdict', heading: 'Verdict', content: renderVerdict(result) },
    { id: 'figures', heading: 'Figures', content: renderFigures(result) },
    { id: 'timeline', heading: 'Over time', content: renderChartSection(result) },
    { id: 'kept', heading: 'Retained and returned', content: renderIntervals(result) },
    { id: 'repeats', heading: 'Every repeat', content: renderRepeats(result) },
    { id: 'parts', heading: 'Parts of RSS over time', content: renderPartsOverTime(result) },
    { id: 'breakdown', heading: 'What RSS is made of at each phase', content: renderBreakdown(result) },
    { id: 'stacks', heading: 'Who allocated it', content: renderCellStacks(result) },
    { id: 'provenance', heading: 'Provenance', content: renderProvenance(result) },
    { id: 'host', heading: 'Host', content: renderHost(result) },
  ];
}
