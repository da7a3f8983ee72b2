import type { ResultFile } from '../model/result.ts';
import { formatMiB } from '../model/units.ts';
import { variantsOf } from '../model/variants.ts';

/**
 * How far each variant settles from the reference, in a sentence each: of two programs one asks what the difference is, also where nothing is recommended.
 * None where settings of one program were compared.
 *
 * @param told variants whose saving another sentence tells.
 */
export function describeDifferences(result: ResultFile, told: readonly { configuration: string }[]): string[] {
  const reference = result.plan?.reference;
  const settledOf = (name: string | undefined) =>
    result.summary.find(({ configuration }) => configuration === name)?.figures.settledBytes?.median;
  const referenceBytes = settledOf(reference);
  if (referenceBytes === undefined) return [];
  return variantsOf(result).flatMap(({ name }) => {
    const settledBytes = settledOf(name);
    if (name === reference || settledBytes === undefined || told.some(({ configuration }) => configuration === name)) return [];
    const difference = settledBytes - referenceBytes;
    const share = Math.round((Math.abs(difference) / referenceBytes) * 100);
    const how = `${formatMiB(Math.abs(difference))} MiB (${share} %) ${difference < 0 ? 'less' : 'more'} than ${reference}`;
    return [`${name} settles at ${formatMiB(settledBytes)} MiB, ${how}.`];
  });
}
