import type { Fix } from '../../model/doctor.ts';
import type { DoctorFile, DoctorFinding } from '../../model/doctor-file.ts';
import { formatMiB } from '../../model/units.ts';
import { pasteLines } from '../paste-lines.ts';
import { html, type Markup } from './markup.ts';
import { definitions } from './provenance.ts';

export function renderFindings(findings: DoctorFile['findings']): Markup {
  if (findings.length === 0) return html`<p>Nothing to act upon.</p>`;
  const problemsFirst = findings.toSorted((a, b) => Number(b.severity === 'problem') - Number(a.severity === 'problem'));
  return html`${problemsFirst.map(renderFinding)}`;
}

function renderFinding({ code, severity, summary, evidence, fixes, predictedBytes }: DoctorFinding): Markup {
  const badge = severity === 'problem' ? html`<span class="badge bad">problem</span>` : html`<span class="badge">notice</span>`;
  return html`<article><h3>${code} ${badge}</h3>
<p class="sentence">${summary}</p>
${fixes.map((fix, index) => renderFix(fix, index === 0 ? predictedBytes : undefined))}
${Object.keys(evidence).length > 0 && html`<details><summary>The numbers it was decided by</summary>${definitions(Object.entries(evidence).map(([name, value]) => [name, formatEvidence(name, value)] as const))}</details>`}
</article>\n`;
}

function renderFix(fix: Fix, predictedBytes: number | undefined): Markup {
  const lines = pasteLines(fix);
  const prediction =
    predictedBytes !== undefined && html` <span class="parts">gives back about ${formatMiB(predictedBytes)} MiB at once</span>`;
  return html`<p>${fix.action}${prediction}</p>${lines.length > 0 && definitions(lines.map(({ where, line }) => [where, html`<code>${line}</code>`] as const))}`;
}

function formatEvidence(name: string, value: number | string): string {
  return typeof value === 'number' && name.endsWith('Bytes') ? `${formatMiB(value)} MiB` : String(value);
}
