import { z } from 'zod';
import { container, containerAccount, containerPart } from './container.ts';
import { appliedFix, doctorResult, finding } from './doctor.ts';
import { allocatorEvidence, evidence, jvmEvidence } from './evidence.ts';
import { count } from './figures.ts';
import { arenaInspection, heapInspection } from './inspection.ts';
import { region } from './region.ts';
import { blindSpot, unknown } from './unknown.ts';

const findingRead = finding.extend({ code: z.string() });

const regionRead = region.extend({ kind: z.string() });

const arenaRead = arenaInspection.pick({
  isMain: true,
  heaps: true,
  attachedThreads: true,
  sizeBytes: true,
  rssBytes: true,
  liveBytes: true,
  freeBytes: true,
  residentFree: true,
  unknownBytes: true,
  tcacheBytes: true,
  unreadableRssBytes: true,
});

const containerRead = container.extend({
  account: containerAccount.extend({ parts: z.array(containerPart.extend({ kind: z.string() })) }).exactOptional(),
});

const heaps = heapInspection.pick({ totals: true, mmapped: true, census: true }).partial();

const evidenceRead = evidence.extend({
  regions: z.array(regionRead),
  cgroup: containerRead.exactOptional(),
  unknown: z.array(unknown.extend({ instrument: z.string(), code: z.string() })),
  allocator: allocatorEvidence.extend({ name: z.string() }),
  malloc: heapInspection
    .pick({ glibcVersion: true })
    .extend({ ...heaps.shape, arenas: z.array(arenaRead), otherArenas: z.object({ count }).exactOptional() })
    .exactOptional(),
  jvm: jvmEvidence
    .pick({ version: true, vendor: true, collector: true, flags: true, heap: true, metaspace: true, nmt: true, histogram: true })
    .exactOptional(),
});

/** `measure` was not told at first, when every figure was of RSS. */
const appliedRead = appliedFix.extend({ measure: z.string().exactOptional() });

/**
 * What a report shows of a doctor's result, checked when it is read from a file. A `DoctorResult` is one, and has more besides. Files of other versions are
 * read as well: what no report shows may be missing, and kinds and codes may be words that this version does not have.
 */
const current = doctorResult.extend({
  findings: z.array(findingRead),
  evidence: evidenceRead,
  applied: z.array(appliedRead),
});
export type DoctorFile = z.infer<typeof current>;

/** Version 1 had what could not be looked at as sentences only, in `evidence.blind`. A JVM was one that had answered, or of which it was said that it had not. */
const firstVersion = z.looseObject({
  schemaVersion: z.literal(1),
  evidence: z.looseObject({ blind: z.array(blindSpot.omit({ code: true })), jvm: z.unknown().optional() }),
});

function isJvmOfFirst({ jvm, blind }: z.infer<typeof firstVersion>['evidence']): boolean {
  return jvm !== undefined || blind.some(({ instrument }) => instrument === 'JVM');
}

/** A file of any version. */
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
export type DoctorFinding = z.infer<typeof findingRead>;
