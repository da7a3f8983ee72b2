/** What program/Known.java holds, and so what offheap has to find. */
export declare const known: {
  buffers: number;
  bufferChunkBytes: readonly number[];
  inflaters: { held: number; dropped: number; all: number };
  inflaterClasses: readonly string[];
  bufferClass: string;
  holders: { inflaters: string; buffers: string };
  mostOwnInflaters: Readonly<Record<number, number>>;
  mostOwnBuffers: number;
  mostOwnChunks: number;
  mostLateDropped: number;
  retainedBytes: number;
};
