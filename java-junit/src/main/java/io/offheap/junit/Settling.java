// SPDX-License-Identifier: MIT
package io.offheap.junit;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.concurrent.TimeUnit;

/** Readings of native memory when what is garbage has been freed. */
final class Settling {
    private static final long COLLECTION_SECONDS = 30;
    private static final long MOST_MILLIS = 5_000;
    private static final long STEP_MILLIS = 5;
    private static final int MOST_ROUNDS = 8;
    /** A collection itself takes and frees as much. */
    private static final long SAME_BYTES = 1_024;

    private final NativeMemory memory;
    private final boolean collects;

    Settling(NativeMemory memory, boolean collects) {
        this.memory = memory;
        this.collects = collects;
    }

    /** Live bytes once nothing more is freed for 20 ms, after collections that free nothing more. */
    long liveBytes() throws InterruptedException {
        return settle(20);
    }

    /** The same where one reading decides: Cleaners and JIT compilers on a busy machine have more time. */
    long liveBytesPatiently() throws InterruptedException {
        return settle(200);
    }

    private long settle(long quietMillis) throws InterruptedException {
        if (!collects) return lowest(quietMillis);
        // What a finalizer, or a Cleaner of one collection, lets go is free after the next: at least two.
        long before = collectAndWait(quietMillis);
        for (int round = 2; ; round++) {
            long now = collectAndWait(quietMillis);
            if (now > before - SAME_BYTES || round == MOST_ROUNDS) return Math.min(now, before);
            before = now;
        }
    }

    private long collectAndWait(long quietMillis) throws InterruptedException {
        collect();
        runFinalizers();
        return lowest(quietMillis);
    }

    private long lowest(long quietMillis) throws InterruptedException {
        long start = System.nanoTime();
        long lowest = memory.liveBytes();
        long since = start;
        for (long now = start; millis(start, now) < MOST_MILLIS && millis(since, now) < quietMillis; now = System.nanoTime()) {
            Thread.sleep(STEP_MILLIS);
            long live = memory.liveBytes();
            if (live < lowest) {
                lowest = live;
                since = System.nanoTime();
            }
        }
        return lowest;
    }

    private static long millis(long from, long to) {
        return TimeUnit.NANOSECONDS.toMillis(to - from);
    }

    /** Returns when a collection has found an object dead that died here. */
    private static void collect() throws InterruptedException {
        ReferenceQueue<Object> queue = new ReferenceQueue<>();
        PhantomReference<Object> dead = new PhantomReference<>(new Object(), queue);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(COLLECTION_SECONDS);
        Reference<?> found = null;
        while (found == null) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("Expected System.gc() to collect within " + COLLECTION_SECONDS
                        + " s, but it did not. Remove -XX:+DisableExplicitGC, or say collect = false.");
            }
            System.gc();
            found = queue.remove(1_000);
        }
        if (found != dead) throw new AssertionError(found);
    }

    /** An Inflater of JDK 8 has a finalizer. A JDK without finalization has nothing to run. */
    @SuppressWarnings({"deprecation", "removal"})
    private static void runFinalizers() {
        try {
            System.runFinalization();
        } catch (NoSuchMethodError gone) {
            return;
        }
    }
}
