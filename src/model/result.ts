import { z } from 'zod';
import { cell, settings } from './cell.ts';
import { decision, decisionRules } from './decision.ts';
import { bytes, count, milliseconds } from './figures.ts';
import { notice } from './notice.ts';
import { configurationSummary } from './result-summary.ts';
import { schemaVersion, toCurrentVersion } from './result-versions.ts';
import { scenario } from './scenario.ts';
import { tool } from './tool.ts';

export type {
  BurstMachine,
  Cell,
  CellStacks,
  CellState,
  Census,
  LoadEnd,
  Metric,
  PhaseSample,
  Provenance,
  Settings,
  Throttling,
} from './cell.ts';
export type { Decision, DecisionRules } from './decision.ts';
export type { Notice } from './notice.ts';
export { type PhaseName, phaseNames } from './phase.ts';
export type { Compared, Comparison, ConfigurationSummary, Cost, FigureName, Interval } from './result-summary.ts';
export { schemaVersion } from './result-versions.ts';
export type { CommandScenario, ReproScenario, Scenario } from './scenario.ts';
export type { Timeline } from './timeline.ts';

const jdk = z.object({
  /** Such as `17.0.15`. */
  version: z.string(),
  /** As its property `java.vendor` has it. */
  vendor: z.string(),
  /** Its folder. */
  home: z.string(),
});

export const host = z.object({
  /** As uname(2) tells its release. */
  kernel: z.string(),
  /** Such as `glibc 2.36`. */
  libc: z.string(),
  /** That offheap may use. */
  cpus: count,
  memoryBytes: bytes,
  /** The sysctl vm.max_map_count. */
  maxMapCount: count.optional(),
  /** `always`, `madvise` or `never`. */
  transparentHugePages: z.string().optional(),
  /** The memory cgroup's limit in force for offheap itself. Absent when there is none. */
  cgroup: z
    .object({
      /** Of cgroups: 1 or 2. */
      version: z.union([z.literal(1), z.literal(2)]),
      limitBytes: bytes.optional(),
    })
    .optional(),
  /** Absent where the program is not started by a `java` of its own, and where variants have different ones. */
  jdk: jdk.optional(),
});
/** The machine, as far as it bears on the figures. */
export type Host = z.infer<typeof host>;

/** A program of its own, where variants are compared. */
const ownProgram = z.object({
  /** Program and arguments as given. */
  command: z.array(z.string()).min(1),
  /** Absent where it is not started by a `java` of its own. */
  jdk: jdk.exactOptional(),
});

/** All that decides which cells are to be run: a run that was interrupted is resumed by the same plan. */
const plan = z.object({
  /** What is run in each cell. With variants, the command is that of the first. */
  scenario,
  /** In the order of the tables. */
  configurations: z.array(
    z.object({
      /** The name by which `--allocator` knows it, or that it was given. */
      key: z.string(),
      /** Whose settings they are. */
      allocator: z.string(),
      /** What it sets. */
      settings,
      /** What it runs instead of the command of `scenario`: it is a variant, named by its key. */
      program: ownProgram.exactOptional(),
    }),
  ),
  /** How often every configuration is run: with `untilDecided` at most. */
  repeats: count,
  /** The cells decide themselves how many are run: after each round those are left out that more rounds would tell nothing of, by these rules. */
  untilDecided: decisionRules.optional(),
  /** Whether libmeter.so is put in front of allocators that do not count themselves. */
  meter: z.boolean(),
  /** Whether zlib's states are counted. */
  census: z.boolean().optional(),
  /** The key of the configuration that the others are compared with. */
  reference: z.string(),
  timeoutMs: milliseconds,
  /** Whether the JVMs were profiled, which changes what is measured. Absent: they were not. */
  stacks: z.literal(true).optional(),
});
export type Plan = z.infer<typeof plan>;

/** The same of the current version alone, as it is written. */
export const currentResultFile = z.object({
  schemaVersion: z.literal(schemaVersion),
  /** What wrote it. */
  tool,
  /** In UTC. */
  startedAt: z.iso.datetime(),
  /** False while cells are still to come, or when the run was interrupted. */
  complete: z.boolean(),
  /** Of the order of cells within their blocks. */
  seed: count,
  /** The machine, as far as it bears on the figures. */
  host,
  /** What was to be run; absent in files of old versions. */
  plan: plan.optional(),
  /** One for each configuration and repeat, in the order they ran. */
  cells: z.array(cell),
  /** One for each configuration, over its ok cells. */
  summary: z.array(configurationSummary),
  /** Which configuration to run; absent in files of old versions. */
  decision: decision.optional(),
  /** Why the run was ended before its last cell: its first one showed that none can work. */
  ended: z.string().optional(),
  /** What matters more than the summary, the most serious first; absent in files of earlier versions of offheap. */
  notices: z.array(notice).optional(),
});

/**
 * The result file: what `repro`, `compare` and `guard` measured, as JSON. Every byte figure is in bytes, every time in milliseconds, every share is 0 to 1.
 * A figure that was not measured is absent; it is never 0. docs/result-schema.md explains each field. Files of earlier versions are read as the current one.
 */
export const resultFile = z.preprocess(toCurrentVersion, currentResultFile);
/** What `compare` returns, and `offheap compare --format=json` prints. */
export type ResultFile = z.infer<typeof resultFile>;
