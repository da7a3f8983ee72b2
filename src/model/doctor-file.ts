import { z } from 'zod';
import { blindSpot, unknown } from './unknown.ts';

/**
 * What a report shows of a doctor's result, checked when it is read from a file. A `DoctorResult` is one, and has more besides.
 */
const bytes = z.number();
const settings = z.record(z.string(), z.string());

const fix = z.object({
  action: z.string(),
  environment: settings.optional(),
  jvmFlags: z.array(z.string()).optional(),
  command: z.string().optional(),
});

const finding = z.object({
  code: z.string(),
  severity: z.enum(['problem', 'notice']),
  summary: z.string(),
  evidence: z.record(z.string(), z.union([z.number(), z.string()])),
  fixes: z.array(fix),
  predictedBytes: bytes.optional(),
});

const region = z.object({
  kind: z.string(),
  sizeBytes: bytes,
  rssBytes: bytes,
  swapBytes: bytes,
  mappings: z.number(),
  largest: z.array(z.object({ name: z.string(), sizeBytes: bytes, rssBytes: bytes })),
});

const residentFree = z.object({ pageBytes: bytes, mainTopBytes: bytes, arenaTopBytes: bytes, subPageBytes: bytes });
const arena = z.object({
  isMain: z.boolean(),
  heaps: z.number(),
  attachedThreads: z.number().optional(),
  sizeBytes: bytes,
  rssBytes: bytes,
  liveBytes: bytes,
  freeBytes: bytes,
  residentFree,
});

const evidence = z.object({
  pid: z.number(),
  command: z.array(z.string()),
  takenAt: z.string(),
  uptimeMs: z.number(),
  rssBytes: bytes,
  swapBytes: bytes,
  threads: z.number(),
  regions: z.array(region),
  cgroup: z.object({ version: z.number(), limitBytes: bytes.optional(), usageBytes: bytes.optional() }).optional(),
  allocator: z.object({ name: z.string(), library: z.string(), preloaded: z.array(z.string()), environment: settings }),
  malloc: z.object({ glibcVersion: z.string().optional(), arenas: z.array(arena) }).optional(),
  counters: z.object({ liveBytes: bytes, peakLiveBytes: bytes.optional() }).optional(),
  jvm: z
    .object({ version: z.string(), vendor: z.string().optional(), collector: z.string().optional(), flags: z.array(z.string()) })
    .optional(),
  isJvm: z.boolean(),
  unknown: z.array(unknown),
});

const appliedFix = z.object({
  kind: z.enum(['trim', 'gc']),
  /** What the figures are of; RSS when it is absent. */
  measure: z.string().optional(),
  predictedBytes: bytes,
  actualBytes: bytes,
  rssBeforeBytes: bytes,
  rssAfterBytes: bytes,
  errorShare: z.number(),
  reasons: z.array(z.string()),
});

const peeked = z.object({
  start: z.number(),
  end: z.number(),
  name: z.string(),
  rssBytes: bytes,
  pages: z.number(),
  contents: z.record(z.string(), z.number()),
  excerpts: z.array(z.string()),
});

const allocationStacks = z.object({
  intervalMs: z.number(),
  bytes,
  top: z.array(z.object({ bytes, frames: z.array(z.string()) })),
  collapsedFile: z.string(),
  flameGraphFile: z.string(),
});

const current = z.object({
  schemaVersion: z.literal(2),
  tool: z.object({ name: z.literal('offheap'), version: z.string() }),
  verdict: z.string(),
  findings: z.array(finding),
  evidence,
  blindSpots: z.array(blindSpot),
  applied: z.array(appliedFix),
  peek: z.array(peeked).optional(),
  stacks: allocationStacks.optional(),
  durationMs: z.number(),
});

/** Version 1 had what could not be looked at as sentences only, in `evidence.blind`. A JVM was one that had answered, or of which it was said that it had not. */
const firstVersion = z.looseObject({
  schemaVersion: z.literal(1),
  evidence: z.looseObject({ blind: z.array(blindSpot.omit({ code: true })), jvm: z.unknown().optional() }),
});

function isJvmOfFirst({ jvm, blind }: z.infer<typeof firstVersion>['evidence']): boolean {
  return jvm !== undefined || blind.some(({ instrument }) => instrument === 'JVM');
}

export const doctorFile = z.preprocess((file) => {
  const first = firstVersion.safeParse(file);
  if (!first.success) return file;
  const { blind, ...evidence } = first.data.evidence;
  return {
    ...first.data,
    schemaVersion: 2,
    evidence: { ...evidence, isJvm: isJvmOfFirst(first.data.evidence), unknown: [] },
    blindSpots: blind.map((spot) => ({ ...spot, code: 'failed' })),
  };
}, current);
export type DoctorFile = z.infer<typeof current>;
export type DoctorFinding = z.infer<typeof finding>;
export type DoctorFix = z.infer<typeof fix>;
