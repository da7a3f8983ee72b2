import { phaseNamed } from './phase.ts';
import { isObject } from './result-kinds.ts';

/** Version of the result files that are written. docs/result-schema.md says what each version changed. */
export const schemaVersion = 3;

/** Versions that are read. */
export const readableVersions = [1, 2, schemaVersion] as const;

/** A result of an earlier version as one of the current version; anything else as it is, for the schema to refuse. */
export function toCurrentVersion(json: unknown): unknown {
  if (!isObject(json) || (json['schemaVersion'] !== 1 && json['schemaVersion'] !== 2)) return json;
  const { cells, summary } = json;
  return {
    ...json,
    schemaVersion,
    cells: json['schemaVersion'] === 1 && Array.isArray(cells) ? cells.map(withCurrentPhases) : cells,
    summary: Array.isArray(summary) ? summary.map(withoutComparison) : summary,
  };
}

/** Until version 2 the interval was of the median of differences. Whoever reads a file compares its cells anew. */
function withoutComparison(summary: unknown): unknown {
  if (!isObject(summary)) return summary;
  const { comparison: _, ...kept } = summary;
  return kept;
}

/** Version 1 called every program's phase at the end of its burst `scanned`, as the reproducer does. */
function withCurrentPhases(cell: unknown): unknown {
  if (!isObject(cell) || !isObject(cell['phases'])) return cell;
  const phases = Object.entries(cell['phases']).map(([name, sample]) => [phaseNamed(name) ?? name, sample]);
  return { ...cell, phases: Object.fromEntries(phases) };
}
