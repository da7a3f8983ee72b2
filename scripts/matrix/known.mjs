// What program/Known.java holds, and so what offheap has to find.
const [held, dropped] = [1_009, 2_003];

export const known = {
  buffers: 211,
  /**
   * Of malloc's: 65,537 bytes, which Unsafe.allocateMemory rounds up to 65,544, and a header, in steps of 16. Native Memory Tracking puts 16 bytes before each, and from JDK 17
   * on 2 behind it.
   */
  bufferChunkBytes: ({ feature, hasNmt }) => (hasNmt ? (feature < 17 ? 65_568 : 65_584) : 65_552),
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
  /** Blocks that somebody has taken since, and not written yet: they begin with what zlib has left there. The doctor says "at most". */
  mostStaleInflaters: 2,
  /** Of the blocks of Inflaters: a word that was left in a window, or anywhere else, may lead to another's block, and another's word to theirs. */
  mostStrayShare: 0.005,
  /** Handles and stacks of threads that have ended may still have the address of what was dropped last. */
  mostLateDropped: 3,
  /** What three threads have ended and the allocator keeps, at least: of 1,497 Inflaters, less the pages of windows that were never touched. */
  retainedBytes: 8 << 20,
};
