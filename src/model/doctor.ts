import { z } from 'zod';
import { evidence } from './evidence.ts';
import { address, bytes, count, figure, milliseconds } from './figures.ts';
import { mallocSettingNames } from './malloc-settings.ts';
import { stackTree } from './stack-tree.ts';
import { tool } from './tool.ts';
import { blindSpot } from './unknown.ts';

export type { AllocatorEvidence, Evidence, GrowthEvidence, JvmEvidence, NmtCategory, Region } from './evidence.ts';
export type { RegionKind } from './region-kinds.ts';

/** Codes of findings; docs/doctor.md has a section for each. They do not change within a major version. */
export const findingCodes = [
  'java-heap-dominates',
  'heap-counted-again',
  'malloc-growing',
  'java-heap-growing',
  'memory-growing',
  'waiting-for-gc',
  'zlib-held',
  'lost-blocks',
  'stuck-cleaner',
  'live-malloc',
  'retained-pages',
  'retained-arena-tops',
  'retained-sub-page',
  'too-many-arenas',
  'allocator-idle',
  'thread-stacks',
  'metaspace',
  'code-cache',
  'jit-compiler',
  'symbols',
  'interned-strings',
  'jvm-internal',
  'direct-buffers',
  'mapped-files',
  'shared-memory',
  'mmap-user',
  'go-heap',
  'image-heap',
  'lazily-freed',
  'huge-pages',
  'near-limit',
  'not-enough-evidence',
] as const;
/** What can be found; docs/doctor.md has a section for each. */
export type FindingCode = (typeof findingCodes)[number];

export const fix = z.object({
  /** What it does, one sentence. */
  action: z.string(),
  /** A setting as lines to paste; absent for advice on code. */
  environment: z.record(z.string(), z.string()).exactOptional(),
  /** Flags of the JVM as lines to paste. */
  jvmFlags: z.array(z.string()).exactOptional(),
  /** To run now. */
  command: z.string().exactOptional(),
  /** What `--trim`, `--gc` or `--set` does as well. */
  kind: z.enum(['trim', 'gc', 'set']).exactOptional(),
});
/** What can be done about a finding. */
export type Fix = z.infer<typeof fix>;

export const finding = z.object({
  /** What was found; docs/doctor.md has a section for each. */
  code: z.enum(findingCodes),
  /** `problem`: act. `notice`: worth knowing, no reason to act by itself; does not change the exit status. */
  severity: z.enum(['problem', 'notice']),
  /** One to three short sentences with the numbers in them. */
  summary: z.string(),
  /** The numbers the rule decided by, bytes as bytes. */
  evidence: z.record(z.string(), z.union([z.number(), z.string()])),
  /** What can be done about it, the best first. */
  fixes: z.array(fix),
  /** RSS that the first fix gives back, at once or, where it is a setting, after a restart; absent when it cannot be told. */
  predictedBytes: figure.exactOptional(),
});
/** What the doctor makes of the evidence: a problem or a notice. */
export type Finding = z.infer<typeof finding>;

/** A prediction and what became of it. */
export const appliedFix = z.object({
  /** What was applied. */
  kind: z.enum(['trim', 'gc', 'set']),
  /** What the figures are of: RSS. Of a GC, earlier versions told the blocks that it freed. */
  measure: z.enum(['rss', 'live malloc']),
  /** Of a trim. What a collection gives back nobody can tell before it. */
  predictedBytes: figure.exactOptional(),
  /** What came back, when RSS had settled. */
  actualBytes: figure,
  rssBeforeBytes: bytes,
  rssAfterBytes: bytes,
  /** Of a trim or settings: whether the JVM's own command did it, or the agent that was loaded for it. */
  by: z.enum(['jvm', 'agent']).exactOptional(),
  /** Of a trim: how long it was said to take at most, before it. Absent for an allocator that was not measured. */
  expectedMs: milliseconds.exactOptional(),
  /** By the agent: how long the allocator was at it. */
  tookMs: milliseconds.exactOptional(),
  /** What was set of malloc, by the names of GLIBC_TUNABLES. */
  settings: z
    .array(
      z.object({
        /** What was set. */
        name: z.enum(mallocSettingNames),
        /** Of a threshold in bytes. */
        value: count,
        /** What mallopt(3) answered. */
        isTaken: z.boolean(),
      }),
    )
    .exactOptional(),
  /** Of a trim: (predicted − actual) / RSS before. */
  errorShare: figure.exactOptional(),
  /** Of a GC: what objects took, dead ones among them, and what of the heap was resident. */
  javaHeap: z
    .object({ usedBeforeBytes: bytes, usedAfterBytes: bytes, rssBeforeBytes: bytes, rssAfterBytes: bytes })
    .exactOptional(),
  /** Of a GC, on glibc: how much less is in use of malloc. Freed blocks may stay resident. */
  freedBlocksBytes: figure.exactOptional(),
  /** Of a GC, on glibc: states of Inflaters and Deflaters. What is freed had waited for it, what is left is held by the program. */
  zlib: z
    .object({
      /** How many there were. */
      statesBefore: count,
      /** How many there are. */
      statesAfter: count,
      beforeBytes: bytes,
      afterBytes: bytes,
    })
    .exactOptional(),
  /** Parts of RSS that are 1 MiB or more larger or smaller since, the largest change first. */
  changes: z
    .array(
      z.object({
        /** As the page and a comparison name it. */
        part: z.string(),
        beforeBytes: bytes,
        afterBytes: bytes,
      }),
    )
    .exactOptional(),
  /** Why it fell short, when it did; of settings, what they do and what not. */
  reasons: z.array(z.string()),
});
/** A fix that was applied: what was predicted, and what became of it. */
export type AppliedFix = z.infer<typeof appliedFix>;

/** With --peek: what pages of one mapping look like. */
const peekedMapping = z.object({
  /** Its first address. */
  start: address,
  /** The address behind its last. */
  end: address,
  /** Whose it is, as far as it is known. */
  name: z.string(),
  rssBytes: bytes,
  /** How many were sampled, and of these how many look like what; see src/parse/page-content.ts. */
  pages: count,
  /** How many of the pages look like what. */
  contents: z.record(z.string(), count),
  /** Runs of text, bytes that are not printable escaped. */
  excerpts: z.array(z.string()),
});
/** What pages of one mapping look like. */
export type PeekedMapping = z.infer<typeof peekedMapping>;

/** With --stacks: who allocated what was not freed while it was watched. */
const allocationStacks = z.object({
  intervalMs: milliseconds,
  /** Of all stacks; sampled, so an estimate. */
  bytes,
  /** The largest, innermost frame first, without the allocator's own. */
  top: z.array(
    z.object({
      bytes,
      /** Methods and functions. */
      frames: z.array(z.string()),
    }),
  ),
  /** All of them, but for frames of less than a thousandth; files of earlier versions have none. */
  tree: stackTree.exactOptional(),
  /** All stacks as text, one a line. */
  collapsedFile: z.string(),
  /** All stacks as an HTML page. */
  flameGraphFile: z.string(),
});
/** Who allocated what was not freed while it was watched. */
export type AllocationStacks = z.infer<typeof allocationStacks>;

/** `offheap doctor --format=json`. */
export const doctorResult = z.object({
  schemaVersion: z.literal(2),
  /** What wrote it. */
  tool,
  /** One to four short sentences. */
  verdict: z.string(),
  /** Problems before notices, the heaviest first. */
  findings: z.array(finding),
  /** What was seen of the process. */
  evidence,
  /** `evidence.unknown` for people. */
  blindSpots: z.array(blindSpot),
  /** With --gc, --set and --trim: what was predicted and what came of it. Verdict, findings and evidence are of after that. */
  applied: z.array(appliedFix),
  /** With --gc, --set and --trim: what was said before. */
  before: z
    .object({
      /** One to four short sentences. */
      verdict: z.string(),
      /** As those above. */
      findings: z.array(finding),
    })
    .exactOptional(),
  /** Only with --peek, since it shows memory contents. */
  peek: z.array(peekedMapping).exactOptional(),
  /** With --stacks: who allocates. */
  stacks: allocationStacks.exactOptional(),
  /** How long the looking took. */
  durationMs: milliseconds,
});
/** What `doctor` returns, and `offheap doctor PID --format=json` prints. */
export type DoctorResult = z.infer<typeof doctorResult>;
