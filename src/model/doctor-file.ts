import { z } from 'zod';
import { appliedFix, doctorResult, finding } from './doctor.ts';
import { allocatorEvidence, evidence, jvmEvidence, region } from './evidence.ts';
import { arenaInspection, heapInspection } from './inspection.ts';

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
});

const evidenceRead = evidence.omit({ growth: true }).extend({
  regions: z.array(regionRead),
  allocator: allocatorEvidence.extend({ name: z.string() }),
  malloc: heapInspection
    .pick({ glibcVersion: true })
    .extend({ arenas: z.array(arenaRead) })
    .exactOptional(),
  jvm: jvmEvidence.pick({ version: true, vendor: true, collector: true, flags: true }).exactOptional(),
});

/** `measure` was not told at first, when every figure was of RSS. */
const appliedRead = appliedFix.extend({ measure: z.string().exactOptional() });

/**
 * What a report shows of a doctor's result, checked when it is read from a file. A `DoctorResult` is one, and has more besides. Files of other versions are
 * read as well: what no report shows may be missing, and kinds and codes may be words that this version does not have.
 */
export const doctorFile = doctorResult.extend({
  findings: z.array(findingRead),
  evidence: evidenceRead,
  applied: z.array(appliedRead),
});
export type DoctorFile = z.infer<typeof doctorFile>;
export type DoctorFinding = z.infer<typeof findingRead>;
