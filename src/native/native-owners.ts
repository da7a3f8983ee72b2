import type { HolderKind, OwnerKind } from '../model/owners.ts';

/** What native/owners/owners.h has, in its order; owners are named by their index. */
export interface NativeOwners {
  owners: {
    kind: OwnerKind;
    /** Index, or of a thread its tid. */
    source: number;
    name: string;
    objects: number;
    directBlocks: number;
    directBytes: number;
    blocks: number;
    bytes: number;
    sharedBlocks: number;
    sharedWith?: number;
  }[];
  fields: { owner: number; name: string; objects: number }[];
  /** C++ classes; `table`: address of the table of virtual functions. */
  types: { owner: number; table: number; name: string; blocks: number; bytes: number }[];
  /** The JVM's blocks by category of NMT; none where it is off. */
  categories: { number: number; blocks: number; bytes: number }[];
  /** `examples`: addresses of some of the blocks, in order. */
  sizes: { chunkBytes: number; blocks: number; examples: number[] }[];
  /** By owner and level, those that hold most first; level 0: outside of the heap. */
  holders: {
    owner: number;
    level: number;
    /** A step of the one way up, from below. */
    isWay: boolean;
    kind: HolderKind;
    name: string;
    field: string;
    objects: number;
    held: number;
  }[];
  climbs: { owner: number; objects: number; rooted: number; waiting: number; levels: number; isCut: boolean }[];
  holdersMs: number;
  liveBlocks: number;
  liveBytes: number;
  missingBlocks: number;
  unreadBytes: number;
  nobodysFirst: number;
  nobodysFirstBytes: number;
  missedBytes: number;
  lostPointers: number;
  threads: number;
  threadsWithoutStack: number;
  walkMs: number;
  heapMs: number;
  followMs: number;
  otherMs: number;
  heap?: {
    collector: string;
    jdk: number;
    classes: number;
    usedBytes: number;
    readBytes: number;
    wordsOfNoObject: number;
    isUnchecked: boolean;
  };
  whyNoHeap?: string;
  /** Of a core file, each thread; see native/owners/thread_stacks.h. */
  threadNames?: { tid: number; name: string }[];
}
