import type { DoctorFile } from '../../model/doctor-file.ts';
import { inOrder, renderFinding } from './doctor-findings.ts';
import { html, type Markup } from './markup.ts';
import { extentBytes, memoryOf, renderMemoryBar, renderMemoryLegend } from './memory-bar.ts';

/** The first screen: the sentence, the picture, the cure. */
export function renderDoctorVerdict(result: DoctorFile): Markup {
  const { verdict, evidence } = result;
  const memory = memoryOf(evidence);
  const [first] = inOrder(result);
  return html`<p class="verdict">${verdict}</p>
${renderMemoryBar(memory, extentBytes(memory))}
<div class="verdict-columns">${renderMemoryLegend(memory)}
<div>${first ? renderFinding(first, verdict) : html`<p>Nothing to act upon.</p>`}</div></div>`;
}
