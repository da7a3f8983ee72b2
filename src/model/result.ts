import { z } from 'zod';
import { cell, settings } from './cell.ts';
import { bytes, count, milliseconds } from './figures.ts';
import { configurationSummary } from './result-summary.ts';
import { schemaVersion, toCurrentVersion } from './result-versions.ts';
import { scenario } from './scenario.ts';

export type { Cell, CellStacks, CellState, Census, LoadEnd, Metric, PhaseSample, Provenance, Settings } from './cell.ts';
export { type PhaseName, phaseNames } from './phase.ts';
export type { Comparison, ConfigurationSummary, FigureName, Interval } from './result-summary.ts';
export { schemaVersion } from './result-versions.ts';
export type { CommandScenario, ReproScenario, Scenario } from './scenario.ts';
export type { Timeline } from './timeline.ts';

export const host = z.object({
  kernel: z.string(),
  libc: z.string(),
  cpus: count,
  memoryBytes: bytes,
  maxMapCount: count.optional(),
  transparentHugePages: z.string().optional(),
  /** The memory cgroup's limit in force for offheap itself. Absent when there is none. */
  cgroup: z.object({ version: z.union([z.literal(1), z.literal(2)]), limitBytes: bytes.optional() }).optional(),
  /** Absent where the program is not started by a `java` of its own. */
  jdk: z.object({ version: z.string(), vendor: z.string(), home: z.string() }).optional(),
});
export type Host = z.infer<typeof host>;

/** All that decides which cells are to be run: a run that was interrupted is resumed by the same plan. */
const plan = z.object({
  scenario,
  configurations: z.array(z.object({ key: z.string(), allocator: z.string(), settings })),
  repeats: count,
  meter: z.boolean(),
  census: z.boolean().optional(),
  reference: z.string(),
  timeoutMs: milliseconds,
  /** Whether the JVMs were profiled, which changes what is measured. Absent: they were not. */
  stacks: z.literal(true).optional(),
});
export type Plan = z.infer<typeof plan>;

const currentResultFile = z.object({
  schemaVersion: z.literal(schemaVersion),
  tool: z.object({ name: z.literal('offheap'), version: z.string() }),
  startedAt: z.iso.datetime(),
  /** False while cells are still to come, or when the run was interrupted. */
  complete: z.boolean(),
  /** Of the order of cells within their blocks. */
  seed: count,
  host,
  plan: plan.optional(),
  cells: z.array(cell),
  summary: z.array(configurationSummary),
});

/**
 * The result file: what `repro`, `compare` and `guard` measured, as JSON. Every byte figure is in bytes, every time in milliseconds, every share is 0 to 1.
 * A figure that was not measured is absent; it is never 0. docs/result-schema.md explains each field. Files of earlier versions are read as the current one.
 */
export const resultFile = z.preprocess(toCurrentVersion, currentResultFile);
export type ResultFile = z.infer<typeof resultFile>;
