import { z } from 'zod';

/**
 * Ways in which Java code asks malloc for blocks itself, past the Java heap. `direct buffers`: ByteBuffer.allocateDirect, which the JVM counts and a Cleaner
 * frees. `channel buffers`: direct buffers that each thread keeps for channels (sun.nio.ch.Util). `FFM`: arenas of java.lang.foreign. `Unsafe`:
 * sun.misc.Unsafe, which nobody counts. `Netty` and `JNA`: the buffers of the one, com.sun.jna.Memory of the other.
 */
export const blockMakers = ['direct buffers', 'channel buffers', 'FFM', 'Unsafe', 'Netty', 'JNA'] as const;
export type BlockMaker = (typeof blockMakers)[number];

/** The two pools of Netty. `arenas`: PooledByteBufAllocator, the default up to 4.1. `adaptive`: AdaptiveByteBufAllocator, the default from 4.2 on. */
export const nettyPools = ['arenas', 'adaptive'] as const;
export type NettyPool = (typeof nettyPools)[number];

/** One Netty of a JVM. Libraries that have one inside move its packages, and the names of its settings with them. */
export const netty = z.object({
  /** What its packages begin with: `io.netty`, or `io.grpc.netty.shaded.io.netty`. */
  root: z.string(),
  /** Those that it has used. */
  pools: z.array(z.enum(nettyPools)),
});
export type Netty = z.infer<typeof netty>;

/** What was found of them in one JVM. */
export interface FoundBlockMakers {
  makers: BlockMaker[];
  /** Each Netty, when there is one. */
  netty: Netty[];
  /** Direct buffers that own memory, dead ones too; only where objects were counted. */
  directBuffers?: number;
}
