import type { Command } from 'commander';
import { defaultReference } from '../../allocators/select-configurations.ts';
import { selectVariants } from '../../allocators/select-variants.ts';
import { OffheapError } from '../../model/errors.ts';
import { quote } from '../../model/units.ts';
import { variantName, variantNameRule } from '../../model/variants.ts';
import { splitCommand } from './command-options.ts';
import { type MatrixOptions, type MatrixRequest, parseMatrix } from './experiment-options.ts';

export interface VariantOptions {
  variant?: string[];
}

export function addVariantOption(command: Command): Command {
  const collect = (value: string, values: string[] = []) => [...values, value];
  return command.option('--variant <text>', 'compare programs: NAME: COMMAND, twice or more', collect);
}

/** `NAME: COMMAND` texts → commands by their names, in the order given; each program exists. @throws OffheapError USAGE */
export async function parseVariants(texts: readonly string[], words: readonly string[]): Promise<Record<string, string[]>> {
  if (words.length > 0)
    throw new OffheapError(
      'USAGE',
      `Expected either --variant or a program after --, got both: ${quote(words.join(' '))} is no variant.`,
    );
  const variants: Record<string, string[]> = {};
  for (const text of texts) {
    const [, name = '', command = ''] = /^\s*([^:]*?)\s*:\s*(.*)$/s.exec(text) ?? [];
    if (!variantName.test(name) || command.trim() === '')
      throw new OffheapError(
        'USAGE',
        `Expected --variant to be NAME: COMMAND, such as "new: java -jar app-1.5.jar", with a name of ${variantNameRule}; got ${quote(text)}.`,
      );
    if (Object.hasOwn(variants, name))
      throw new OffheapError('USAGE', `Expected each --variant to have a name of its own, got ${name} twice.`);
    variants[name] = await splitCommand(command, `--variant ${name}`);
  }
  const { requireProgram } = await import('../../process/executable.ts');
  for (const [program = ''] of Object.values(variants)) requireProgram(program);
  return variants;
}

/** What options the user has given, and not left to their defaults. */
type IsGiven = (option: 'allocator' | 'reference') => boolean;

/** Options of a matrix where variants are what is compared: one allocator, glibc where none is named, and a reference among the variants. */
export async function parseVariantMatrix(
  variants: Readonly<Record<string, unknown>>,
  options: MatrixOptions,
  isGiven: IsGiven,
): Promise<MatrixRequest & { list: string }> {
  const list = isGiven('allocator') ? options.allocator : defaultReference;
  const { configurations: _, ...matrix } = await parseMatrix({ ...options, allocator: list, reference: defaultReference });
  const reference = isGiven('reference') ? options.reference : undefined;
  const selected = selectVariants({ names: Object.keys(variants), list, cores: matrix.cores, reference });
  return { ...matrix, ...selected, list };
}
