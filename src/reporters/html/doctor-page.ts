import type { DoctorFile } from '../../model/doctor-file.ts';
import { residentPart } from '../../stats/process-figures.ts';
import { rssTree } from '../../stats/rss-tree.ts';
import { describeRuntime, namePatient } from '../doctor-head.ts';
import type { RenderOptions } from '../render-options.ts';
import { renderContainer } from './container.ts';
import { renderArenas, renderClasses, renderRegions } from './doctor-accounts.ts';
import { inOrder, renderFinding } from './doctor-findings.ts';
import { renderApplied, renderGrowth, renderProcess } from './doctor-process.ts';
import { renderDoctorVerdict } from './doctor-verdict.ts';
import { flameData } from './flame-section.ts';
import { html, type Markup } from './markup.ts';
import { ownerNodes, ownerTree } from './owner-tree.ts';
import { ownersMapId, renderGaps, renderOwners, renderUnowned } from './owners-section.ts';
import { type Page, renderPage } from './page.ts';
import { partsMapId, renderPartsMap } from './parts-map.ts';
import { renderDoctorStacks, renderPeek } from './stacks.ts';

/** A doctor's result in the frame of the other reports. `whole` is what can be downloaded: the file, of which `result` may be a part. */
export function renderDoctorHtml(result: DoctorFile, { assets }: Pick<RenderOptions, 'assets'>, whole: unknown = result): string {
  const { evidence, tool, stacks } = result;
  return renderPage(
    {
      title: namePatient(evidence),
      about: describeProcess(evidence),
      tool,
      sections: sectionsOf(result).filter(({ content }) => content !== undefined),
      files: [{ id: 'offheap-doctor', name: 'doctor.json', mediaType: 'application/json', content: whole }],
      drawn: [...mapsOf(evidence), ...(stacks ? flameData([stacks]) : [])],
    },
    assets(),
  );
}

function mapsOf(evidence: DoctorFile['evidence']): NonNullable<Page['drawn']> {
  const { owners } = evidence;
  if (!owners) return [{ id: partsMapId, content: rssTree(evidence) }];
  const resident = ownerNodes(owners, (bytes) => residentPart(evidence, bytes) ?? 0);
  return [
    { id: partsMapId, content: rssTree(evidence, resident) },
    { id: ownersMapId, content: ownerTree(owners) },
  ];
}

/** What it is, in a line; the section of the process has more. */
export function describeProcess(evidence: DoctorFile['evidence']): string {
  return [...describeRuntime(evidence), evidence.takenAt].join(' · ');
}

function sectionsOf(result: DoctorFile): Page['sections'] {
  const others = inOrder(result).slice(1);
  return [
    { id: 'verdict', heading: 'Verdict', content: renderDoctorVerdict(result) },
    { id: 'container', heading: 'What the container uses', content: renderContainer(result) },
    {
      id: 'findings',
      heading: 'Other findings',
      content: others.length > 0 ? others.map((finding) => renderFinding(finding)) : undefined,
    },
    { id: 'applied', heading: 'What was tried', content: renderApplied(result) },
    { id: 'growth', heading: 'What changed', content: renderGrowth(result) },
    { id: 'map', heading: 'What RSS is made of', content: renderPartsMap(result.evidence.owners !== undefined) },
    { id: 'owners', heading: 'Who owns the blocks of malloc', content: renderOwnersOf(result) },
    { id: 'stacks', heading: 'Who allocates', content: renderDoctorStacks(result) },
    { id: 'peek', heading: 'What mappings hold', content: renderPeek(result) },
    { id: 'regions', heading: 'Every part', content: renderRegions(result) },
    { id: 'arenas', heading: 'Arenas of malloc', content: renderArenas(result) },
    { id: 'classes', heading: 'Classes of the Java heap', content: renderClasses(result) },
    { id: 'process', heading: 'Process', content: renderProcess(result) },
  ];
}

/** Those that the doctor lists; undefined where it has not looked for them. */
function renderOwnersOf({ evidence: { owners } }: DoctorFile): Markup | undefined {
  return owners && html`${renderOwners(owners, owners.owners.length)}${renderUnowned(owners)}${renderGaps(owners)}`;
}
