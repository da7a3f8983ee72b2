import { z } from 'zod';
import { coreSource } from './core-origin.ts';
import { creationStacks } from './creation-stacks.ts';
import { bytes, count, milliseconds, share } from './figures.ts';
import { ownersBaseline } from './owner-growth.ts';
import { ownerKinds } from './owner-kinds.ts';
import { unownedLibraries, unownedSize } from './unowned.ts';

export { type OwnerKind, ownerKinds } from './owner-kinds.ts';
export type { UnownedContent, UnownedLibraries, UnownedSize } from './unowned.ts';

const ownerField = z.object({
  /** As Java's source has it; empty where it cannot be named. */
  name: z.string(),
  /** Of the class, that hold the address of a block in it. */
  objects: count,
});
/** A field of a class that holds addresses of blocks. */
export type OwnerField = z.infer<typeof ownerField>;

const ownerType = z.object({
  /** Of the C++ class, by the symbol of its table of virtual functions. */
  name: z.string(),
  /** Those that begin with its address. */
  blocks: count,
  bytes,
});
/** Blocks that are objects of a C++ class. */
export type OwnerType = z.infer<typeof ownerType>;

/** In what way an object is held: by another object, by a reference of java.lang.ref, or from outside of the Java heap. */
export const holderKinds = ['strong', 'soft', 'weak', 'final', 'phantom', 'static', 'thread', 'jvm'] as const;
/** In what way an object is held. */
export type HolderKind = (typeof holderKinds)[number];

const holder = z.object({
  /** 1: it holds the owner's objects; 2: it holds those of level 1. 0: it is outside of the Java heap. */
  level: count,
  /** In what way it holds them. Soft, weak, final and phantom are references of java.lang.ref, which keep nothing alive. */
  kind: z.enum(holderKinds),
  /** The class, or of a static field the class that has it; of a thread its name; empty of the JVM's handles. */
  name: z.string(),
  /** Absent of an array, and where it cannot be named. */
  field: z.string().exactOptional(),
  /** How many of them. */
  objects: count,
  /** How many objects of the level below they hold. */
  heldObjects: count,
});
/** Who holds objects of a class. */
export type Holder = z.infer<typeof holder>;

const ownerCategory = z.object({
  /** As `jcmd PID VM.native_memory` has it. */
  name: z.string(),
  /** That it has. */
  blocks: count,
  bytes,
});
/** Blocks of the JVM by what they are for, as Native Memory Tracking has it. */
export type OwnerCategory = z.infer<typeof ownerCategory>;

const owner = z.object({
  /**
   * `java`: objects of a class, by a field that holds the address. `jvm`: libjvm.so's data. `library`: the data of another library or the program. `thread`: a thread's
   * stack, or the JVM's structure for it. `mapped`: other mapped memory, of a JVM metaspace and code cache as well. `nobody`: no pointer to it was found.
   */
  kind: z.enum(ownerKinds),
  /** The class, the file or the threads. */
  name: z.string(),
  /** Of a class, how many of its objects hold the address of a block; where none does, that of a block's inside. */
  objects: count.exactOptional(),
  /** Threads of that name, where it stands for several. */
  threads: count.exactOptional(),
  /** Class loaders that have a class of that name, where it stands for several. */
  loaders: count.exactOptional(),
  /** Blocks to which it points itself. */
  directBlocks: count,
  /** Their sizes, as malloc's chunks. */
  directBytes: bytes,
  /** These, and all to which those lead. */
  blocks: count,
  bytes,
  /** Of `bytes` of all owners; with `unsized` of their blocks. */
  share,
  /** Of a class, the blocks among the direct ones to which another class points as well. They count here. */
  sharedBlocks: count.exactOptional(),
  /** The class that shares most of these. */
  sharedWith: z.string().exactOptional(),
  /** Of a class, the fields that hold addresses, by objects. */
  fields: z.array(ownerField).exactOptional(),
  /** Of its blocks, those that are objects of a C++ class with virtual functions; the largest first. */
  types: z.array(ownerType).exactOptional(),
  /** Who keeps the objects of a class alive, where that was looked for. */
  held: z
    .object({
      /** Objects of the class that hold blocks. */
      objects: count,
      /** Those to which a static field, a thread or the JVM leads. */
      heldObjects: count,
      /** Those that wait for the garbage collector. Absent where there was no room to follow the way up. */
      waitingObjects: count.exactOptional(),
      /** The others, if any: the way up from them is so long that it was not followed to its end. */
      undecidedObjects: count.exactOptional(),
      /** One way up, where most are held: each step holds the one before it. The first holds most of the objects, the last is what holds them from outside of the Java heap. */
      way: z.array(holder).exactOptional(),
      /** All that were found, garbage among them. By level, those that hold most first. */
      holders: z.array(holder),
    })
    .exactOptional(),
  /** Of the JVM where Native Memory Tracking is on, what its blocks are for; those with most bytes first. */
  categories: z.array(ownerCategory).exactOptional(),
});
/** Who owns blocks of malloc. */
export type Owner = z.infer<typeof owner>;

const ownership = {
  /** Blocks in use, of all owners; without those in tcaches and fastbins, which are free. */
  liveBlocks: count,
  /** Their chunks, with malloc's headers. */
  liveBytes: bytes,
  /**
   * Present where another allocator than glibc's serves the process, whose blocks cannot be walked: owners are the classes whose objects hold addresses in its
   * memory. Each distinct address counts as a block, and bytes are not known: each is 0.
   */
  unsized: z
    .object({
      /** That serves malloc. */
      allocator: z.string(),
    })
    .exactOptional(),
  /** The largest first, `nobody` last. Their blocks and bytes sum to `liveBlocks` and `liveBytes`. */
  owners: z.array(owner),
  /** Blocks to which no pointer was found. */
  unowned: z.object({
    /** Of them, those to which no other one of them points: each is lost by itself. */
    firstBlocks: count,
    firstBytes: bytes,
    /** By size, those with most bytes first. */
    sizes: z.array(unownedSize),
    /** Where they are many: which libraries some of them lead to. */
    ledTo: unownedLibraries.exactOptional(),
  }),
  /** The Java heap; absent where there is none that can be read. */
  heap: z
    .object({
      /** Of garbage: G1, Serial, Parallel, Shenandoah, ZGC, Epsilon. */
      collector: z.string(),
      /** Feature release. */
      jdk: count,
      /** That were loaded. */
      classes: count,
      /** Of its parts that have objects. */
      usedBytes: bytes,
      /** What of them is resident and was read. */
      readBytes: bytes,
    })
    .exactOptional(),
  /** Of a JVM, why its heap could not be read. */
  whyNoHeap: z.string().exactOptional(),
  /** Of the process. */
  threads: count,
  /** What was not seen: with these the figures may be other. */
  gaps: z.object({
    /** Threads of which nobody tells where their stack is. */
    threadsWithoutStack: count,
    /** Of malloc's heaps: in use or free. */
    unreadBytes: bytes,
    /** Blocks for which there was no room. */
    missingBlocks: count,
    /** Of memory that may hold pointers; of a core file what of the Java heap is not in it. */
    missedBytes: bytes,
    /** Pointers for which there was no room. */
    lostPointers: count,
  }),
};

/** The same within the evidence of the doctor: of its owners the largest. */
export const ownersEvidence = z.object(ownership);
export type OwnersEvidence = z.infer<typeof ownersEvidence>;

/** What `offheap owners --format=json` prints. */
export const ownersResult = z.object({
  schemaVersion: z.literal(1),
  /** Of the process. */
  pid: count,
  /** The command line, its first words. */
  command: z.array(z.string()),
  /** When it was read, in milliseconds since 1970. */
  takenAt: milliseconds,
  /** How long the process had run by then. */
  uptimeMs: milliseconds,
  durationMs: milliseconds,
  /** Of the process; of a core file what is filled (docs/after-death.md). */
  rssBytes: bytes,
  /** Present where the process has left a core file, which was read. `takenAt` is then when the file was last written, and `uptimeMs` is 0 where the core does not tell. */
  core: coreSource.exactOptional(),
  ...ownership,
  /** With --baseline: an earlier look, and what has grown since. */
  baseline: ownersBaseline.exactOptional(),
  /** With --created-by. */
  created: creationStacks.exactOptional(),
  /** Where the time went. */
  times: z.object({
    blocksMs: milliseconds,
    javaHeapMs: milliseconds,
    pointersMs: milliseconds,
    otherMs: milliseconds,
    holdersMs: milliseconds,
  }),
});
/** What `owners` returns. */
export type OwnersResult = z.infer<typeof ownersResult>;
