import { z } from 'zod';
import { evidence } from './evidence.ts';
import { address, bytes, count, figure, milliseconds } from './figures.ts';
import { stackTree } from './stack-tree.ts';
import { blindSpot } from './unknown.ts';

export type { AllocatorEvidence, Evidence, GrowthEvidence, JvmEvidence, NmtCategory, Region } from './evidence.ts';
export type { RegionKind } from './region-kinds.ts';

/** Codes of findings; docs/doctor.md has a section for each. They do not change within a major version. */
export const findingCodes = [
  'java-heap-dominates',
  'malloc-growing',
  'waiting-for-gc',
  'live-malloc',
  'retained-pages',
  'retained-arena-tops',
  'retained-sub-page',
  'too-many-arenas',
  'allocator-idle',
  'thread-stacks',
  'metaspace',
  'direct-buffers',
  'mapped-files',
  'shared-memory',
  'mmap-user',
  'near-limit',
  'not-enough-evidence',
] as const;
export type FindingCode = (typeof findingCodes)[number];

const fix = z.object({
  /** What it does, one sentence. */
  action: z.string(),
  /** A setting as lines to paste; absent for advice on code. */
  environment: z.record(z.string(), z.string()).exactOptional(),
  jvmFlags: z.array(z.string()).exactOptional(),
  /** To run now. */
  command: z.string().exactOptional(),
  /** What `--trim` or `--gc` does as well. */
  kind: z.enum(['trim', 'gc']).exactOptional(),
});
export type Fix = z.infer<typeof fix>;

export const finding = z.object({
  code: z.enum(findingCodes),
  /** `problem`: act. `notice`: worth knowing, no reason to act by itself; does not change the exit status. */
  severity: z.enum(['problem', 'notice']),
  /** One to three short sentences with the numbers in them. */
  summary: z.string(),
  /** The numbers the rule decided by, bytes as bytes. */
  evidence: z.record(z.string(), z.union([z.number(), z.string()])),
  fixes: z.array(fix),
  /** RSS that the first fix gives back at once; absent when it cannot be told. */
  predictedBytes: figure.exactOptional(),
});
export type Finding = z.infer<typeof finding>;

/** A prediction and what became of it. */
export const appliedFix = z.object({
  kind: z.enum(['trim', 'gc']),
  /** What the two figures are of: a GC frees blocks, which are not given back by that; a trim gives back RSS. */
  measure: z.enum(['rss', 'live malloc']),
  predictedBytes: figure,
  actualBytes: figure,
  rssBeforeBytes: bytes,
  rssAfterBytes: bytes,
  /** (predicted − actual) / RSS before. */
  errorShare: figure,
  /** Why it fell short, when it did. */
  reasons: z.array(z.string()),
});
export type AppliedFix = z.infer<typeof appliedFix>;

/** With --peek: what pages of one mapping look like. */
const peekedMapping = z.object({
  start: address,
  end: address,
  /** Whose it is, as far as it is known. */
  name: z.string(),
  rssBytes: bytes,
  /** How many were sampled, and of these how many look like what; see src/parse/page-content.ts. */
  pages: count,
  contents: z.record(z.string(), count),
  /** Runs of text, bytes that are not printable escaped. */
  excerpts: z.array(z.string()),
});
export type PeekedMapping = z.infer<typeof peekedMapping>;

/** With --stacks: who allocated what was not freed while it was watched. */
const allocationStacks = z.object({
  intervalMs: milliseconds,
  /** Of all stacks; sampled, so an estimate. */
  bytes,
  /** The largest, innermost frame first, without the allocator's own. */
  top: z.array(z.object({ bytes, frames: z.array(z.string()) })),
  /** All of them, but for frames of less than a thousandth; files of earlier versions have none. */
  tree: stackTree.exactOptional(),
  collapsedFile: z.string(),
  flameGraphFile: z.string(),
});
export type AllocationStacks = z.infer<typeof allocationStacks>;

/** `offheap doctor --format=json`. */
export const doctorResult = z.object({
  schemaVersion: z.literal(2),
  tool: z.object({ name: z.literal('offheap'), version: z.string() }),
  /** One to four short sentences. */
  verdict: z.string(),
  findings: z.array(finding),
  evidence,
  /** `evidence.unknown` for people. */
  blindSpots: z.array(blindSpot),
  applied: z.array(appliedFix),
  /** Only with --peek, since it shows memory contents. */
  peek: z.array(peekedMapping).exactOptional(),
  stacks: allocationStacks.exactOptional(),
  /** How long the looking took. */
  durationMs: milliseconds,
});
export type DoctorResult = z.infer<typeof doctorResult>;
