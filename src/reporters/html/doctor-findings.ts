import type { Fix } from '../../model/doctor.ts';
import type { DoctorFile, DoctorFinding } from '../../model/doctor-file.ts';
import { formatMiB } from '../../model/units.ts';
import { remainingFixes } from '../doctor-lines.ts';
import { pasteLines } from '../paste-lines.ts';
import { html, type Markup } from './markup.ts';
import { pasteList } from './paste-list.ts';
import { definitions } from './provenance.ts';

/** Problems first; the first of all is the one of the verdict. Each with what it still advises. */
export function inOrder({ findings, applied }: Pick<DoctorFile, 'findings' | 'applied'>): DoctorFinding[] {
  return findings
    .toSorted((a, b) => Number(b.severity === 'problem') - Number(a.severity === 'problem'))
    .map((finding) => withRemaining(finding, remainingFixes(finding, { applied })));
}

/** What was predicted is of the first fix: when that was applied, it is told with what came of it. */
function withRemaining({ predictedBytes, ...finding }: DoctorFinding, fixes: Fix[]): DoctorFinding {
  const isFirstLeft = predictedBytes !== undefined && fixes[0] === finding.fixes[0];
  return { ...finding, fixes, ...(isFirstLeft ? { predictedBytes } : {}) };
}

/** @param told a sentence that the page has already; it is not said again. */
export function renderFinding({ code, severity, summary, evidence, fixes, predictedBytes }: DoctorFinding, told?: string): Markup {
  const badge = severity === 'problem' ? html`<span class="badge bad">problem</span>` : html`<span class="badge">notice</span>`;
  const [first, ...others] = fixes;
  return html`<article><h3>${code} ${badge}</h3>
${summary !== told && html`<p class="sentence">${summary}</p>`}
${first && renderFix(first, predictedBytes)}
${others.map((fix) => renderOther(fix))}
${Object.keys(evidence).length > 0 && html`<details><summary>The numbers it was decided by</summary>${definitions(Object.entries(evidence).map(([name, value]) => [name, formatEvidence(name, value)] as const))}</details>`}
</article>\n`;
}

function renderFix(fix: Fix, predictedBytes: number | undefined): Markup {
  const prediction =
    predictedBytes !== undefined && html` <span class="parts">gives back about ${formatMiB(predictedBytes)} MiB at once</span>`;
  return html`<p class="cure">${fix.action}${prediction}</p>${pasteList(pasteLines(fix))}`;
}

function renderOther(fix: Fix): Markup {
  const lines = pasteList(pasteLines(fix));
  return lines
    ? html`<details><summary>Or: ${fix.action}</summary>${lines}</details>`
    : html`<p class="cure">Or: ${fix.action}</p>`;
}

function formatEvidence(name: string, value: number | string): string {
  return typeof value === 'number' && name.endsWith('Bytes') ? `${formatMiB(value)} MiB` : String(value);
}
