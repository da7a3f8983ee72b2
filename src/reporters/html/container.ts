import type { DoctorFile } from '../../model/doctor-file.ts';
import { formatMiB, formatShare, formatSmallMiB } from '../../model/units.ts';
import { containerRows } from '../container-table.ts';
import { scrollable } from './configurations.ts';
import { html, type Markup } from './markup.ts';

/** What the container's usage is made of, each part as a share of the limit. Undefined where there is none. */
export function renderContainer({ evidence }: DoctorFile): Markup | undefined {
  const limitBytes = evidence.cgroup?.limitBytes;
  const rows = containerRows(evidence, { verbose: true });
  if (limitBytes === undefined || rows.length === 0) return undefined;
  const table = html`<table class="regions">
<caption>As the kernel counts it, in MiB; the parts sum to the usage. The bars reach up to the limit of ${formatMiB(limitBytes)} MiB.</caption>
<thead><tr><th scope="col">part</th><th scope="col">MiB</th><th scope="col" class="text">share of the limit</th><th scope="col" class="text">what of it</th></tr></thead>
<tbody>${rows.map(
    ({
      name,
      bytes,
      note,
      isPart,
    }) => html`<tr${!isPart && html` class="sum"`}><th scope="row">${name}</th><td><b>${formatSmallMiB(bytes)}</b></td>
${renderShare(bytes, limitBytes)}<td class="text">${note}</td></tr>\n`,
  )}</tbody>
</table>`;
  return scrollable('What the container uses', table);
}

function renderShare(bytes: number, limitBytes: number): Markup {
  const width = Math.min(100, (100 * bytes) / limitBytes).toFixed(2);
  return html`<td class="wide"><span class="measure short"><span class="track" aria-hidden="true"><span class="bar" style="width:${width}%"></span></span>
<span class="parts">${formatShare(bytes, limitBytes)}</span></span></td>`;
}
