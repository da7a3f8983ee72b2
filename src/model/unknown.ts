import { z } from 'zod';

/**
 * What looks at a process. `heaps`: the inspector of glibc's heaps. `trim`: System.trim_native_heap, and the C-Heap line of VM.info. `threads`:
 * Thread.print. `addresses`: where the JVM's own memory lies. `classes`: GC.class_histogram. `java heap`: the RSS of it. `counters`: the page of a preloaded library.
 * `huge pages`: how much of them is zeros. `owners`: who holds the blocks of malloc. `program`: the file that it runs, in which an allocator may be linked.
 * `allocator`: the agent by which it is asked.
 */
export const instruments = [
  'environment',
  'heaps',
  'trim',
  'jvm',
  'nmt',
  'addresses',
  'threads',
  'classes',
  'java heap',
  'page map',
  'huge pages',
  'mounts',
  'counters',
  'program',
  'owners',
  'allocator',
] as const;
export type Instrument = (typeof instruments)[number];

/**
 * Why something could not be looked at. What `detail` has, where it is there: of `divided-by-size` how many parts, of `not-read` how many bytes, of
 * `not-told` which kinds of memory, separated by commas, of `too-long` which question, of `not-credible` what contradicts the figures, of all others the words
 * of the one who failed.
 *
 * - `other-allocator`: it is for glibc, and another allocator serves the process
 * - `attach-disabled`: the JVM was told to let nobody attach
 * - `not-attachable`, `stopped`, `not-permitted`, `no-answer`, `not-heard`, `foreign-socket`: as an `AttachProblem`; `not-permitted` of others too
 * - `slow-files`: it lies on a file system for which a program or another machine answers, perhaps never; it was not touched
 * - `too-long`: the answer went beyond its bound, and nothing of it was kept
 * - `switched-off`: it has to be on when the process starts
 * - `too-many`: it would stop the process, or offheap, for long
 * - `counted-twice`: the kernel counts a page for each of its mappings
 * - `divided-by-size`: parts of mappings whose pages could not be told apart
 * - `not-read`: a part of the heaps was not reached in time, or the program changed it while it was read
 * - `not-told`: this JDK tells nobody, and nothing else gives it away
 * - `not-credible`: its figures contradict themselves
 * - `failed`: anything else
 */
export const unknownCodes = [
  'other-allocator',
  'attach-disabled',
  'not-attachable',
  'stopped',
  'not-permitted',
  'no-answer',
  'not-heard',
  'foreign-socket',
  'slow-files',
  'too-long',
  'switched-off',
  'too-many',
  'counted-twice',
  'divided-by-size',
  'not-read',
  'not-told',
  'not-credible',
  'failed',
] as const;
export type UnknownCode = (typeof unknownCodes)[number];

export const unknown = z.object({
  /** What was to look. */
  instrument: z.enum(instruments),
  /** Why it could not. */
  code: z.enum(unknownCodes),
  /** What the code leaves open. */
  detail: z.string().exactOptional(),
});

/** Something that could not be looked at. Sentences and cures are made of it by `doctor/explain.ts`. */
export type Unknown = z.infer<typeof unknown>;

/** The same for people. */
export const blindSpot = z.object({
  /** By the name that people know it by. */
  instrument: z.string(),
  /** As in `evidence.unknown`. */
  code: z.string(),
  /** A sentence, or some. */
  reason: z.string(),
  /** What lets it be looked at, where something does. */
  cure: z.string().exactOptional(),
});
export type BlindSpot = z.infer<typeof blindSpot>;
