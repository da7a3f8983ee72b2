import { z } from 'zod';
import type { OwnPrograms } from '../experiment/own-program.ts';
import { variantName, variantNameRule } from '../model/variants.ts';
import { resolveCommandJdk, words } from './program.ts';

/** Programs by their names, which the results have. */
export const variantsOption = z.record(z.string().regex(variantName, `of ${variantNameRule}`), words);

/** Each with the JDK that its command starts. */
export async function resolveVariants(variants: Readonly<Record<string, readonly string[]>>): Promise<OwnPrograms> {
  const programs = Object.entries(variants).map(
    async ([name, command]) => [name, { command, jdk: await resolveCommandJdk(command) }] as const,
  );
  return new Map(await Promise.all(programs));
}
