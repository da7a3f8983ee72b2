import { z } from 'zod';
import { findingCodes } from './doctor.ts';
import { bytes, count, milliseconds, share } from './figures.ts';
import { tool } from './tool.ts';

/** Of another container than offheap's own. A part is absent where it is not known here. */
const container = z.object({
  /** 64 hexadecimal digits. */
  id: z.string().exactOptional(),
  /** Within its pod, or of its engine. */
  name: z.string().exactOptional(),
  /** The name of its pod. */
  pod: z.string().exactOptional(),
  /** Of the pod. */
  namespace: z.string().exactOptional(),
  /** With dashes, as `metadata.uid` of the pod. A static pod has the hash of its file, 32 digits without. */
  podUid: z.string().exactOptional(),
});
export type NamedContainer = z.infer<typeof container>;

const surveyedProcess = z.object({
  /** As offheap sees it. */
  pid: count,
  /** The jar, main class or module of a JVM, the program of any other. */
  name: z.string(),
  /** Where it runs; absent: on the host, or where offheap does. */
  container: container.exactOptional(),
  rssBytes: bytes,
  /** Of the memory cgroup in force for it; absent: it has none. */
  limitBytes: bytes.exactOptional(),
  /** Committed Java heap that is resident. */
  javaHeapRssBytes: bytes.exactOptional(),
  uptimeMs: milliseconds,
  /** `ok`, or the code of the first finding. */
  verdict: z.enum(['ok', ...findingCodes]),
  /** The verdict as one to four short sentences. */
  summary: z.string(),
  /** What of malloc's RSS was read; absent: all of it, or nothing. */
  mallocReadShare: share.exactOptional(),
});
export type SurveyedProcess = z.infer<typeof surveyedProcess>;

/** `offheap doctor --format=json` without a pid. */
export const surveyResult = z.object({
  schemaVersion: z.literal(1),
  /** What wrote it. */
  tool,
  /** ISO 8601. */
  takenAt: z.string(),
  /** Those of the largest RSS first. */
  processes: z.array(surveyedProcess),
  /** Processes that could not be looked at, and why. */
  refused: z.array(
    z.object({
      /** As offheap sees it. */
      pid: count,
      /** As of a process that could be looked at. */
      name: z.string(),
      /** A sentence, with what lets it be looked at. */
      reason: z.string(),
    }),
  ),
});
export type SurveyResult = z.infer<typeof surveyResult>;
