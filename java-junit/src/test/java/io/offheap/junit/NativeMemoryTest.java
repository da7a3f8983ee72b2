// SPDX-License-Identifier: MIT
package io.offheap.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.zip.Inflater;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The reader, against blocks of known sizes. The JVM runs with -Xint: a compiler would take memory in between. */
class NativeMemoryTest {
    /** Primes, and what glibc gives for them: the next 16 n + 8. */
    private static final int SIZE = 10_007;
    private static final long USABLE = 10_008;
    private static final int COUNT = 101;

    private static NativeMemory memory;

    @BeforeAll
    static void open() {
        try {
            memory = NativeMemory.ofThisProcess();
        } catch (NoMeterException none) {
            assumeTrue(false, none.getMessage());
        }
    }

    @Test
    void countsEachBlockOfBuffersWithItsUsableSize() {
        ByteBuffer[] buffers = new ByteBuffer[COUNT];
        // Loads what a first buffer loads.
        buffers[0] = ByteBuffer.allocateDirect(SIZE);
        memory.liveBlocks();
        long bytes = memory.liveBytes();
        long blocks = memory.liveBlocks();
        for (int index = 0; index < COUNT; index++) buffers[index] = ByteBuffer.allocateDirect(SIZE);
        long moreBytes = memory.liveBytes() - bytes;
        long moreBlocks = memory.liveBlocks() - blocks;
        assertEquals(COUNT * USABLE, moreBytes);
        assertEquals(COUNT, moreBlocks);
        assertTrue(memory.peakBytes() >= memory.liveBytes());
    }

    @Test
    void anInflaterThatIsEndedLeavesNothing() throws Exception {
        inflate().end();
        memory.liveBlocks();
        long bytes = memory.liveBytes();
        long blocks = memory.liveBlocks();
        Inflater inflater = inflate();
        long taken = memory.liveBytes() - bytes;
        inflater.end();
        // Read before the first assertion, which loads classes.
        long bytesLeft = memory.liveBytes() - bytes;
        long blocksLeft = memory.liveBlocks() - blocks;
        assertEquals(0, bytesLeft);
        assertEquals(0, blocksLeft);
        assertTrue(taken > 7_000);
    }

    @Test
    void seesBlocksOfAnotherThreadAndThoseThatAnEndedOneLeft() throws Exception {
        ByteBuffer[] buffers = new ByteBuffer[COUNT];
        allocateInThread(buffers, 1);
        long before = settled();
        allocateInThread(buffers, COUNT);
        long grown = settled() - before;
        // The JVM keeps some structures of a thread and of a collection: less than a block.
        assertEquals(COUNT - 1, grown / USABLE);
    }

    private static void allocateInThread(ByteBuffer[] buffers, int count) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        Thread thread = new Thread(() -> {
            for (int index = 0; index < count; index++) if (buffers[index] == null) buffers[index] = ByteBuffer.allocateDirect(SIZE);
            done.countDown();
        });
        thread.start();
        done.await();
        thread.join();
    }

    private static long settled() throws InterruptedException {
        return new Settling(memory, true).liveBytes();
    }

    private static Inflater inflate() throws Exception {
        Inflater inflater = new Inflater(true);
        inflater.setInput(new byte[] {3, 0});
        inflater.inflate(new byte[10]);
        return inflater;
    }
}
