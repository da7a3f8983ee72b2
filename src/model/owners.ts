import { z } from 'zod';
import { address, bytes, count, milliseconds, share } from './figures.ts';

/** Who can own blocks of malloc, in the order in which they claim them: what one has is no other's. docs/owners.md explains each. */
export const ownerKinds = ['java', 'jvm', 'library', 'thread', 'mapped', 'nobody'] as const;
export type OwnerKind = (typeof ownerKinds)[number];

const ownerField = z.object({
  /** As Java's source has it; empty where it cannot be named. */
  name: z.string(),
  /** Of the class, that hold the address of a block in it. */
  objects: count,
});
export type OwnerField = z.infer<typeof ownerField>;

const ownerType = z.object({
  /** Of the C++ class, by the symbol of its table of virtual functions. */
  name: z.string(),
  blocks: count,
  bytes,
});
export type OwnerType = z.infer<typeof ownerType>;

const ownerCategory = z.object({
  /** As `jcmd PID VM.native_memory` has it. */
  name: z.string(),
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
  /** Of `bytes` of all owners. */
  share,
  /** Of a class, the blocks among the direct ones to which another class points as well. They count here. */
  sharedBlocks: count.exactOptional(),
  /** The class that shares most of these. */
  sharedWith: z.string().exactOptional(),
  /** Of a class, the fields that hold addresses, by objects. */
  fields: z.array(ownerField).exactOptional(),
  /** Of its blocks, those that are objects of a C++ class with virtual functions; the largest first. */
  types: z.array(ownerType).exactOptional(),
  /** Of the JVM where Native Memory Tracking is on, what its blocks are for; those with most bytes first. */
  categories: z.array(ownerCategory).exactOptional(),
});
/** Who owns blocks of malloc. */
export type Owner = z.infer<typeof owner>;

const unownedSize = z.object({
  /** Of each chunk. */
  chunkBytes: bytes,
  blocks: count,
  /** Address of one of the blocks. */
  example: address,
});
export type UnownedSize = z.infer<typeof unownedSize>;

/** What `offheap owners --format=json` prints. */
export const ownersResult = z.object({
  schemaVersion: z.literal(1),
  pid: count,
  /** The command line, its first words. */
  command: z.array(z.string()),
  /** When it was read, in milliseconds since 1970. */
  takenAt: milliseconds,
  durationMs: milliseconds,
  /** Of the process. */
  rssBytes: bytes,
  /** Blocks in use, of all owners; without those in tcaches and fastbins, which are free. */
  liveBlocks: count,
  /** Their chunks, with malloc's headers. */
  liveBytes: bytes,
  /** The largest first, `nobody` last. Their blocks and bytes sum to `liveBlocks` and `liveBytes`. */
  owners: z.array(owner),
  /** Blocks to which no pointer was found. */
  unowned: z.object({
    /** Of them, those to which no other one of them points: each is lost by itself. */
    firstBlocks: count,
    firstBytes: bytes,
    /** By size, those with most bytes first. */
    sizes: z.array(unownedSize),
  }),
  /** The Java heap; absent where there is none that can be read. */
  heap: z
    .object({
      collector: z.string(),
      /** Feature release. */
      jdk: count,
      classes: count,
      /** Of its parts that have objects. */
      usedBytes: bytes,
      /** What of them is resident and was read. */
      readBytes: bytes,
    })
    .exactOptional(),
  /** Of a JVM, why its heap could not be read. */
  whyNoHeap: z.string().exactOptional(),
  threads: count,
  /** What was not seen: with these the figures may be other. */
  gaps: z.object({
    /** Threads of which nobody tells where their stack is. */
    threadsWithoutStack: count,
    /** Of malloc's heaps: in use or free. */
    unreadBytes: bytes,
    /** Blocks for which there was no room. */
    missingBlocks: count,
    /** Of memory that may hold pointers. */
    missedBytes: bytes,
    /** Pointers for which there was no room. */
    lostPointers: count,
  }),
  /** Where the time went. */
  times: z.object({ blocksMs: milliseconds, javaHeapMs: milliseconds, pointersMs: milliseconds, otherMs: milliseconds }),
});
export type OwnersResult = z.infer<typeof ownersResult>;
