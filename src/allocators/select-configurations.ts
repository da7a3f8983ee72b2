import { OffheapError } from '../model/errors.ts';
import { quote } from '../model/units.ts';
import type { Configuration } from './configurations.ts';
import { simulateCores } from './cores.ts';
import { parseConfigurations } from './parse-configurations.ts';

/** What the others are compared with, where nothing else is asked for; it need not be among them. */
export const defaultReference = 'glibc';

export interface Selection {
  /** A list of configurations, as for `--allocator`. */
  list: string;
  reference: string;
  /** The cores of the host that is simulated; undefined: of this one. */
  cores: number | undefined;
}

/** The configurations of a matrix. @throws OffheapError USAGE for an unknown one, and for a reference that is not among them */
export function selectConfigurations({ list, reference, cores }: Selection): Configuration[] {
  const wanted = parseConfigurations(list);
  if (wanted.length > 1 && reference !== defaultReference && !wanted.some(({ key }) => key === reference)) {
    const keys = wanted.map(({ key }) => key).join(', ');
    throw new OffheapError(
      'USAGE',
      `Expected --reference to be one of the configurations that are run (${keys}), got ${quote(reference)}.`,
    );
  }
  return cores === undefined ? wanted : wanted.map((configuration) => simulateCores(configuration, cores));
}
