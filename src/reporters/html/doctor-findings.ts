import type { DoctorFile, DoctorFinding, DoctorFix } from '../../model/doctor-file.ts';
import { formatMiB } from '../../model/units.ts';
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

function renderFix(fix: DoctorFix, predictedBytes: number | undefined): Markup {
  const paste = linesToPaste(fix).join('\n');
  const prediction =
    predictedBytes !== undefined && html` <span class="parts">gives back about ${formatMiB(predictedBytes)} MiB at once</span>`;
  return html`<p>${fix.action}${prediction}</p>${paste !== '' && html`<pre tabindex="0" aria-label="To paste"><code>${paste}</code></pre>`}`;
}

/** Settings as a shell takes them, the JVM's flags by the variable that every JVM reads. */
function linesToPaste({ environment = {}, jvmFlags = [], command }: DoctorFix): string[] {
  const variables = Object.entries(environment).map(([name, value]) => `export ${name}=${shellWord(value)}`);
  const flags = jvmFlags.length > 0 ? [`export JAVA_TOOL_OPTIONS=${shellWord(jvmFlags.join(' '))}`] : [];
  return [...variables, ...flags, ...(command === undefined ? [] : [command])];
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function formatEvidence(name: string, value: number | string): string {
  return typeof value === 'number' && name.endsWith('Bytes') ? `${formatMiB(value)} MiB` : String(value);
}
