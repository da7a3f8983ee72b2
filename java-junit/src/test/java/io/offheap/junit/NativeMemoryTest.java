// SPDX-License-Identifier: MIT
package io.offheap.junit;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Set;
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
    /** A field: what no one reads again may be collected. */
    private ByteBuffer[] kept;

    @BeforeAll
    static void open() {
        try {
            memory = NativeMemory.ofThisProcess();
        } catch (NoMeterException none) {
            assumeTrue(false, none.getMessage());
        }
    }

    @Test
    void countsEachBlockOfBuffersWithItsUsableSize() throws Exception {
        ByteBuffer[] buffers = new ByteBuffer[COUNT];
        String exact = COUNT * USABLE + " bytes in " + COUNT + " blocks";
        assertTrue(trials(() -> {
            for (int index = 0; index < COUNT; index++) buffers[index] = ByteBuffer.allocateDirect(SIZE);
        }).contains(exact));
        assertTrue(memory.peakBytes() >= memory.liveBytes());
    }

    @Test
    void anInflaterThatIsEndedLeavesNothing() throws Exception {
        assertTrue(trials(() -> inflate().end()).contains("0 bytes in 0 blocks"));
        Inflater[] kept = new Inflater[1];
        for (String taken : trials(() -> kept[0] = inflate())) assertTrue(Integer.parseInt(taken.split(" ")[0]) > 7_000, taken);
    }

    /** What each of ten runs takes. Other threads of the JVM take and free a block at times, so that not every one is exact. */
    private static Set<String> trials(ThrowingRunnable run) throws Exception {
        run.run(); // loads what it loads
        long[] bytes = new long[10];
        long[] blocks = new long[10];
        for (int trial = 0; trial < bytes.length; trial++) {
            long bytesBefore = memory.liveBytes();
            long blocksBefore = memory.liveBlocks();
            run.run();
            bytes[trial] = memory.liveBytes() - bytesBefore;
            blocks[trial] = memory.liveBlocks() - blocksBefore;
        }
        Set<String> taken = new LinkedHashSet<>();
        for (int trial = 0; trial < bytes.length; trial++) taken.add(bytes[trial] + " bytes in " + blocks[trial] + " blocks");
        return taken;
    }

    private interface ThrowingRunnable {
        void run() throws Exception;
    }

    @Test
    void seesBlocksOfAnotherThreadAndThoseThatAnEndedOneLeft() throws Exception {
        allocateInThread(1);
        // The JVM keeps some structures of a thread and of a collection: less than a block. On a busy machine a trial meets other work of it.
        Set<Long> grown = new LinkedHashSet<>();
        for (int trial = 0; trial < 10 && !grown.contains((long) COUNT); trial++) {
            long before = settled();
            kept = allocateInThread(COUNT);
            grown.add((settled() - before) / USABLE);
            kept = null;
        }
        assertTrue(grown.contains((long) COUNT), grown.toString());
    }

    private static ByteBuffer[] allocateInThread(int count) throws InterruptedException {
        ByteBuffer[] buffers = new ByteBuffer[count];
        CountDownLatch done = new CountDownLatch(1);
        Thread thread = new Thread(() -> {
            for (int index = 0; index < count; index++) buffers[index] = ByteBuffer.allocateDirect(SIZE);
            done.countDown();
        });
        thread.start();
        done.await();
        thread.join();
        return buffers;
    }

    private static long settled() throws InterruptedException {
        return new Settling(memory, true).liveBytesPatiently();
    }

    private static Inflater inflate() throws Exception {
        Inflater inflater = new Inflater(true);
        inflater.setInput(new byte[] {3, 0});
        inflater.inflate(new byte[10]);
        return inflater;
    }
}
