/**
 * Ways in which Java code asks malloc for blocks itself, past the Java heap. `direct buffers`: ByteBuffer.allocateDirect, which the JVM counts and a Cleaner
 * frees. `channel buffers`: direct buffers that each thread keeps for channels (sun.nio.ch.Util). `FFM`: arenas of java.lang.foreign. `Unsafe`:
 * sun.misc.Unsafe, which nobody counts. `Netty` and `JNA`: the buffers of the one, com.sun.jna.Memory of the other.
 */
export const blockMakers = ['direct buffers', 'channel buffers', 'FFM', 'Unsafe', 'Netty', 'JNA'] as const;
export type BlockMaker = (typeof blockMakers)[number];
