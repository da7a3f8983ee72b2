import type { FreePagesRecords } from '../model/free-pages.ts';
import type { Asking, ReadBack } from './asking.ts';
import type { Assignment, Setting } from './setting.ts';

/** How it is told that an allocator serves the malloc of a running process. */
export interface Recognition {
  /** The name of its mapped file. */
  file: RegExp;
  /** Its library is libc itself: it serves where no other does. */
  isLibc?: true;
  /** A function that it alone exports, whatever its file is called. */
  exports?: RegExp;
  /** Text that a program has in it when the allocator was linked into it. */
  inProgram?: string;
}

/** What of it can be seen from outside, and by whom. */
export interface Sight {
  /** The malloc heap inspector walks its heaps. */
  byInspector: boolean;
  /** The JVM's own commands are about it: System.trim_native_heap calls its malloc_trim, and VM.info's C-Heap line tells its figures. */
  byJvm: boolean;
  /** liballocator-agent.so, which a JVM loads, asks it by its public functions and has it give back what is idle. */
  byAgent: boolean;
  /** Who counts its live bytes: it has a counter page of its own, libmeter.so does when it is ahead of it, or nobody can. */
  liveBytes: 'itself' | 'meter' | 'nobody';
}

/** A setting, or some that belong together, as advice. */
export interface Cure {
  /** What it does, one sentence. */
  action: string;
  assignments: readonly Assignment[];
  /** Not advised where one of these is set, to whatever value or, with one, to that. */
  unless?: readonly (readonly [setting: Setting, value?: string])[];
}

/** What lets an allocator give back what is idle. */
export interface Purge extends Cure {
  /** Whether memory is purged that belongs to a thread which no longer allocates. */
  reachesIdleThreads: boolean;
}

/** Its records of free pages in a running process, as native/allocators reads them. */
export interface FreePages {
  /** Whose records they are in that. */
  records: FreePagesRecords;
  /** Of its pages, where it does not tell. */
  pageBytes?: number;
  /** The one version of which they are known, by its own word; absent where each proves itself by its sums. */
  version?: string;
}

/** All that is known of an allocator, in a file of its own. */
export interface Allocator {
  /** Undefined for what is left when none is recognised. */
  recognition?: Recognition;
  /** Variables that it reads. */
  variables?: RegExp;
  /** Variables that switch on a profiler of its library: no settings of the allocator, but they change what is measured. */
  profilerVariables?: RegExp;
  sight: Sight;
  /** Absent where nothing idle is kept, or no setting is known. By the file that serves malloc, which tells the version. */
  purge?: (library: string) => Purge;
  /** Absent where they cannot be read. */
  freePages?: FreePages;
}

/** Configurations that are run together, or by their own names, and not by `all`: `tunables` of glibc, flags of the `jvm`, and `more` allocators. */
export const configurationGroups = ['tunables', 'jvm', 'more'] as const;
export type ConfigurationGroup = (typeof configurationGroups)[number];

/** A configuration of an allocator, as its file lists it by key. */
export interface ConfigurationEntry {
  /** What it changes, in a clause. */
  summary: string;
  assignments?: readonly Assignment[];
  aliases?: readonly string[];
  /** Absent: it is one of `all`. */
  group?: ConfigurationGroup;
}

/** One that offheap runs programs on. Its library and packages are in data/allocators.json, which the set-up reads before anything is compiled. */
export interface RunnableAllocator extends Allocator {
  /** Where its library is from: the host's libc, a package, offheap itself, or the user. */
  origin: 'libc' | 'package' | 'offheap' | 'user';
  /** A measuring instrument, and nothing to run a service on. */
  isInstrument?: true;
  configurations: Readonly<Record<string, ConfigurationEntry>>;
  /** Settings to be searched: each axis has its choices, of which one is to set nothing. All combinations are the space. */
  space?: readonly (readonly (readonly Assignment[])[])[];
  /** Asks it what it made of its settings; undefined where it has no way to be asked. */
  readBack?: (asking: Asking) => Promise<ReadBack>;
}
