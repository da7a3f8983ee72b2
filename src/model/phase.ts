/** The moments at which a cell is measured, in their order. */
export const phaseNames = ['baseline', 'loaded', 'collected', 'settled', 'trimmed'] as const;
/** A moment at which a cell is measured. */
export type PhaseName = (typeof phaseNames)[number];

/** What phases were called before: in result files of version 1, and still by programs that announce them. */
const formerNames: ReadonlyMap<string, PhaseName> = new Map([['scanned', 'loaded']]);

/** The phase that a word names, now or formerly; undefined for any other word. */
export function phaseNamed(word: string): PhaseName | undefined {
  return phaseNames.find((name) => name === word) ?? formerNames.get(word);
}
