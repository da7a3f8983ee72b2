// SPDX-License-Identifier: MIT
package io.offheap.repro.scan;

import io.offheap.repro.Failure;
import io.offheap.repro.loader.InflaterLedger;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Asks for GCs until the Cleaner has freed every Inflater that the scan left behind. */
public final class Collector {
    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int POLL_MS = 2;
    private static final int FIRST_PATIENCE = 50;

    private final List<GarbageCollectorMXBean> beans = ManagementFactory.getGarbageCollectorMXBeans();

    /** GCs since the JVM started. */
    public long count() {
        return beans.stream().mapToLong(GarbageCollectorMXBean::getCollectionCount).filter(count -> count > 0).sum();
    }

    /**
     * A GC only queues the dead; the Cleaner's thread frees them, later. So the next GC is asked for only when the number of open
     * Inflaters has stopped falling, and each time more patience is shown before that is believed.
     */
    public void collect(InflaterLedger ledger) throws InterruptedException {
        long startedAt = System.nanoTime();
        for (int patience = FIRST_PATIENCE; ; patience *= 2) {
            System.gc();
            if (drain(ledger, patience, startedAt)) return;
        }
    }

    /** The same for Inflaters that were made by somebody else, whom no ledger knows. */
    public void collectUnknown() throws InterruptedException {
        System.gc();
        InflaterHistogram.awaitCleaner();
    }

    /** What the first counting makes in the JVM and keeps. */
    public void warmUpUnknown() {
        InflaterHistogram.count();
    }

    /** Whether all Inflaters were freed before {@code patience} polls in a row saw no progress. */
    private static boolean drain(InflaterLedger ledger, int patience, long startedAt) throws InterruptedException {
        int least = Integer.MAX_VALUE;
        for (int idle = 0; idle < patience; idle++) {
            int open = ledger.countOpen();
            if (open == 0) return true;
            if (open < least) idle = 0;
            least = Math.min(least, open);
            if (System.nanoTime() - startedAt > TIMEOUT_NANOS)
                throw new Failure("Expected the GC to free every Inflater within 60 s, found " + open
                        + " still open. Was System.gc() turned off with -XX:+DisableExplicitGC?");
            Thread.sleep(POLL_MS);
        }
        return false;
    }
}
