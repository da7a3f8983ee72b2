import { OffheapError } from '../model/errors.ts';
import { quote } from '../model/units.ts';
import type { Configuration } from './configurations.ts';
import { defaultReference, type Selection, selectConfigurations } from './select-configurations.ts';

export interface VariantSelection extends Omit<Selection, 'reference'> {
  /** Of the programs that are compared, in the order given. */
  names: readonly string[];
  /** Undefined: the first. */
  reference: string | undefined;
}

export interface SelectedVariants {
  /** One for each variant, by its name: the same settings for all. */
  configurations: Configuration[];
  reference: string;
}

/** Several programs under one configuration. @throws OffheapError USAGE for one program, several configurations, and a reference that is no variant */
export function selectVariants({ names, list, cores, reference }: VariantSelection): SelectedVariants {
  const [first = ''] = names;
  if (names.length < 2)
    throw new OffheapError(
      'USAGE',
      `Expected --variant to be given twice or more: ${first} alone has nothing to be compared with.`,
    );
  const configurations = selectConfigurations({ list, reference: defaultReference, cores });
  const [shared] = configurations;
  if (!shared || configurations.length > 1) {
    const keys = configurations.map(({ key }) => key).join(', ');
    throw new OffheapError('USAGE', `Expected --allocator to be one configuration, which all variants run under, got ${keys}.`);
  }
  if (reference !== undefined && !names.includes(reference))
    throw new OffheapError(
      'USAGE',
      `Expected --reference to be one of the variants (${names.join(', ')}), got ${quote(reference)}.`,
    );
  return { configurations: names.map((name) => ({ ...shared, key: name, aliases: [] })), reference: reference ?? first };
}
