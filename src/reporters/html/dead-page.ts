import type { DeadResult } from '../../model/dead.ts';
import type { TextTable } from '../columns.ts';
import { heapsTable, limitsTable, nmtTable, partsTable, recordedTable } from '../dead-tables.ts';
import { blindLines } from '../doctor-lines.ts';
import { renderFinding } from './doctor-findings.ts';
import { figuresTable } from './figures-table.ts';
import { html, type Markup } from './markup.ts';
import { type ReportAssets, renderPage } from './page.ts';

/** What is left of a dead process, in the frame of the other reports. */
export function renderDeadHtml(result: DeadResult, about: string, assets: ReportAssets): string {
  const { verdict, findings, tool, blindSpots } = result;
  const [first, ...others] = findings;
  const detail = { verbose: true };
  const sections: [string, string, Markup | undefined][] = [
    ['verdict', 'Verdict', html`<p class="verdict">${verdict}</p>${first && renderFinding(first, verdict)}`],
    ['findings', 'Other findings', others.length > 0 ? html`${others.map((finding) => renderFinding(finding))}` : undefined],
    ['recorded', 'What changed', tableMarkup('From the first event to the last', recordedTable(result))],
    ['limits', 'Limits', tableMarkup('What was used of each', limitsTable(result))],
    ['parts', 'The memory map', tableMarkup('By what it is', partsTable(result, detail))],
    ['heaps', 'glibc’s heaps', tableMarkup('What gives it back', heapsTable(result, detail))],
    ['nmt', 'The JVM’s own account', tableMarkup('By category', nmtTable(result, detail))],
    [
      'blind',
      'What the file does not tell',
      blindSpots.length > 0 ? html`<ul>${blindLines(result).map((line) => html`<li>${line}</li>`)}</ul>` : undefined,
    ],
  ];
  return renderPage(
    {
      title: 'After death',
      about,
      tool,
      sections: sections.flatMap(([id, heading, content]) => (content ? [{ id, heading, content }] : [])),
      files: [{ id: 'offheap-dead', name: 'after-death.json', mediaType: 'application/json', content: result }],
    },
    assets,
  );
}

function tableMarkup(caption: string, table: TextTable | undefined): Markup | undefined {
  if (!table) return undefined;
  const columns = table.columns.map(({ heading }, index) => ({ heading, cell: (row: string[]) => row[index] ?? '' }));
  return figuresTable(caption, columns, table.rows);
}
