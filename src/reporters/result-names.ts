import type { ResultFile } from '../model/result.ts';
import { variantsOf } from '../model/variants.ts';
import { metricsOf } from '../stats/metrics.ts';

/** What columns are called that depend on what was run. */
export interface ResultNames {
  /** A program of the user's; else the reproducer. */
  isCommand: boolean;
  load: 'load' | 'scan';
  /** What is compared: programs, or settings of one. */
  compared: 'variant' | 'configuration';
  /** The user's own figures. */
  metrics: string[];
}

export function namesOf(result: ResultFile): ResultNames {
  const { cells } = result;
  const isCommand = cells[0]?.scenario.name === 'command';
  return {
    isCommand,
    compared: variantsOf(result).length > 0 ? 'variant' : 'configuration',
    load: isCommand ? 'load' : 'scan',
    metrics: [...metricsOf(cells).keys()],
  };
}
