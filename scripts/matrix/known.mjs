// What program/Known.java holds, and so what offheap has to find.
const [held, dropped] = [1_009, 2_003];

export const known = {
  buffers: 211,
  /** Of malloc's: 65,537 bytes and a header, in steps of 16. With Native Memory Tracking they have one more header each. */
  bufferChunkBytes: [65_552, 65_568],
  inflaters: { held, dropped, all: held + dropped },
  /** Class of the object that has the address of an Inflater, newest first. */
  inflaterClasses: ['java.util.zip.Inflater$InflaterZStreamRef', 'java.util.zip.ZStreamRef'],
  bufferClass: 'java.nio.DirectByteBuffer',
  holders: { inflaters: 'INFLATERS_HELD', buffers: 'BUFFERS_HELD' },
  /** JDK 8 reads jars by zlib in Java, and keeps Inflaters for it. */
  mostOwnInflaters: { 8: 16 },
  /** Newer JDKs print through one or two. */
  mostOwnBuffers: 2,
  /** Chunks of the JVM's own that are as large as a buffer's. */
  mostOwnChunks: 16,
  /** Handles and stacks of threads that have ended may still have the address of what was dropped last. */
  mostLateDropped: 3,
  /** What three threads have ended and the allocator keeps, at least: of 1,497 Inflaters, less the pages of windows that were never touched. */
  retainedBytes: 8 << 20,
};
