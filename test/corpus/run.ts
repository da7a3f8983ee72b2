/** How a program of the corpus is started. */
export interface Run {
  /** Unique in the corpus. */
  name: string;
  program: Program;
  environment?: Record<string, string>;
  /** Words of a shell that stand in front of its command. */
  prefix?: string;
  /** Mapped into it before it starts, by LD_PRELOAD, in this order. */
  preload?: readonly Preload[];
  /** Where a tmpfs is mounted that only this program sees. */
  tmpfs?: string;
  /** It asks for transparent huge pages. */
  hugePages?: true;
  /** Of a memory cgroup of its own, in MiB. */
  limitMib?: number;
  /** Its RSS rises by itself while it is looked at: that is no harm of a cure. */
  moves?: true;
  /** Time between two looks; one look when absent. */
  forMs?: number;
}

export type Preload = 'meter' | 'jemalloc' | 'tcmalloc' | 'mimalloc' | 'mmap_user';

/** The folder of its source, and its name there. */
export type Program =
  | { c: string }
  | { cpp: string }
  | { go: string }
  | { rust: string }
  | { python: string }
  /** What starts and drives another program, whose pid it tells. */
  | { node: string; arguments?: readonly string[] }
  | JavaProgram;

export interface JavaProgram {
  java: string;
  flags: readonly string[];
  arguments?: readonly string[];
  /** Of Maven Central; the source is then in `java-libraries`. */
  jars?: readonly string[];
  /** The oldest JDK that compiles it, where that is not 17; the source is then in `java-22`. */
  since?: 22;
  /** The folder of the JDK that runs it; PATH's when absent. */
  javaHome?: string;
}
