import type { ResultFile } from '../model/result.ts';

/** What columns are called that depend on what was run. */
export interface ResultNames {
  /** A program of the user's; else the reproducer. */
  isCommand: boolean;
  load: 'load' | 'scan';
  /** The user's own figures. */
  metrics: string[];
}

export function namesOf({ cells }: ResultFile): ResultNames {
  const isCommand = cells[0]?.scenario.name === 'command';
  return {
    isCommand,
    load: isCommand ? 'load' : 'scan',
    metrics: [...new Set(cells.flatMap(({ metrics = {} }) => Object.keys(metrics)))],
  };
}
