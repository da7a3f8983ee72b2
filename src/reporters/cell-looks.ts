import type { CellLook } from '../model/cell-look.ts';
import type { ResultFile } from '../model/result.ts';
import { firstSentence } from '../stats/culprit.ts';

/** The most important finding of each configuration that was looked at, those of one code together with the sentence of the first of them. Without findings no line. */
export function lookLines({ cells }: ResultFile): string[] {
  const lines = new Map<string, { names: string[]; finding: CellLook['findings'][number] }>();
  for (const { configuration, look } of cells) {
    const [finding] = look?.findings ?? [];
    if (!finding) continue;
    const line = lines.get(finding.code) ?? { names: [], finding };
    line.names.push(configuration);
    lines.set(finding.code, line);
  }
  return [...lines.values()].map(({ names, finding: { code, severity, title } }) => {
    const whose = names.length > 1 ? ` (of ${names[0]})` : '';
    return `${names.join(', ')}: ${severity} ${code}. ${firstSentence(title)}${whose}`;
  });
}
