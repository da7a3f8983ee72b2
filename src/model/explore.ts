import { z } from 'zod';
import { count, milliseconds } from './figures.ts';
import { host } from './result.ts';
import { scenario } from './scenario.ts';
import { tool } from './tool.ts';

/** The result of `offheap compare --explore`. Bytes and milliseconds; a figure that was not measured is absent. */
export const exploreSchemaVersion = 1;

/** How a configuration did in all runs up to a rung. */
const standing = z.object({
  /** The name that `--allocator` gives it. */
  configuration: z.string(),
  /** Runs that went well. */
  runs: count,
  /** Median of RSS at settled. */
  settledBytes: count.optional(),
  /** Median of the burst's time. */
  burstMs: milliseconds.optional(),
  /** Why it is not run any further; absent: it goes on. */
  dropped: z.string().optional(),
});
export type Standing = z.infer<typeof standing>;

const rung = z.object({
  /** Runs of each configuration in this rung. */
  repeats: count,
  /** The smallest first. */
  standings: z.array(standing),
});
export type Rung = z.infer<typeof rung>;

export const exploreFile = z.object({
  schemaVersion: z.literal(exploreSchemaVersion),
  kind: z.literal('explore'),
  /** What wrote it. */
  tool,
  /** In UTC. */
  startedAt: z.iso.datetime(),
  /** False when it was interrupted. */
  complete: z.boolean(),
  /** The machine, as far as it bears on the figures. */
  host,
  /** What was run. */
  scenario,
  /** By which the order of settings was drawn. */
  seed: z.number(),
  /** The time that it was given. */
  budgetMs: milliseconds,
  /** The time that it took. */
  tookMs: milliseconds,
  /** The key of the configuration that stays in each rung, to compare the others with. */
  reference: z.string(),
  /** In their order. */
  rungs: z.array(rung),
  /** What a comparison should decide about: keys, the smallest first. */
  finalists: z.array(z.string()),
  /** The finalists as `--allocator` takes them, with the reference before them. */
  allocators: z.string(),
  /** Configurations of the space for which there was no time. */
  untried: z.array(z.string()),
});
export type ExploreResult = z.infer<typeof exploreFile>;
