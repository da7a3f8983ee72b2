// SPDX-License-Identifier: MIT
package io.offheap.junit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The counter page of offheap's meter, version 5: the contract is {@code native/shared/counter_page.h}, the sum that of
 * {@code counter_sum.h}. A cell is an aligned 64-bit word, which HotSpot reads as one from a mapped buffer in native order.
 */
final class CounterPage {
    static final int VERSION = 5;
    private static final long MAGIC = 0x435041454846464fL;
    private static final int HEADER_BYTES = 128;
    private static final int SLOT_COUNT = 4096;
    private static final int SLOT_BYTES = 1152;
    private static final int CELL_COUNT = 129;
    /** A page is a multiple of 64 KiB, the largest page of the kernel. */
    static final int PAGE_BYTES = 4_784_128;

    private static final int FIRST_SLOT = 1280;
    private static final int CELLS_OF_SLOT = 24;
    private static final int LIVE_USABLE_BYTES = 29;
    private static final int PEAK_LIVE_USABLE_BYTES = 30;
    private static final int LIVE_SIZES = 33;
    private static final int TOTAL_SIZES = 81;
    private static final int BUCKETS = 48;
    /** As the addon: a fold takes a microsecond and a sum some ten. */
    private static final int ATTEMPTS = 64;

    private final ByteBuffer page;
    /** Reads of a mapped buffer are plain: a volatile write followed by a volatile read keeps them in order. */
    private volatile int fence;

    /** @throws IllegalStateException in one sentence, when the page is not one that this class can read */
    CounterPage(ByteBuffer bytes) {
        page = bytes.duplicate().order(ByteOrder.nativeOrder());
        if (page.capacity() < PAGE_BYTES) throw unlike("bytes", PAGE_BYTES, page.capacity());
        if (page.getLong(0) != MAGIC) throw unlike("magic number", MAGIC, page.getLong(0));
        if (page.getInt(8) != VERSION) {
            throw new IllegalStateException("Expected a counter page of version " + VERSION + ", found version " + page.getInt(8)
                    + ": offheap-junit and the meter are of different releases of offheap. Take both from one.");
        }
        require("header bytes", HEADER_BYTES, page.getInt(12));
        require("page bytes", PAGE_BYTES, page.getLong(16));
        require("slot count", SLOT_COUNT, page.getInt(24));
        require("slot bytes", SLOT_BYTES, page.getInt(28));
        require("cell count", CELL_COUNT, page.getInt(32));
        require("ready flag", 1, page.getInt(36));
    }

    /** In the writer's own pid namespace. */
    int pid() {
        return page.getInt(40);
    }

    /** Whether another malloc comes before the writer's, which then does not see all calls. */
    boolean isPreceded() {
        return (page.getInt(44) & 1) != 0;
    }

    /** "meter" or "mmapalloc". */
    String writer() {
        byte[] name = new byte[32];
        for (int index = 0; index < name.length; index++) name[index] = page.get(64 + index);
        String text = new String(name, StandardCharsets.US_ASCII);
        int end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
    }

    /** Usable bytes of all blocks that are allocated and not freed. */
    long liveBytes() {
        return sum(LIVE_USABLE_BYTES, 1);
    }

    /** The highest liveBytes() so far, within 64 KiB for each thread. */
    long peakBytes() {
        return Math.max(sum(PEAK_LIVE_USABLE_BYTES, 1), liveBytes());
    }

    /** Blocks allocated and not freed. Cells of live_sizes hold less than their field says: minus the blocks that are gone. */
    long liveBlocks() {
        return sum(LIVE_SIZES, BUCKETS + BUCKETS);
    }

    /** Of cells that follow each other, over the process's block and the slots of threads. */
    private long sum(int firstCell, int count) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            long ended = page.getLong(104);
            order();
            long begun = page.getLong(96);
            order();
            long sum = sumOf(HEADER_BYTES, firstCell, count);
            int limit = page.getInt(112);
            require("slots in use", Math.min(Math.max(limit, 0), SLOT_COUNT), limit);
            for (int index = 0, slot = FIRST_SLOT; index < limit; index++, slot += SLOT_BYTES) {
                if (page.getInt(slot) == 1) sum += sumOf(slot + CELLS_OF_SLOT, firstCell, count);
            }
            order();
            if (begun == ended && page.getLong(96) == begun) return sum;
        }
        throw new IllegalStateException("Expected the counters to hold still for some microseconds, but at each of " + ATTEMPTS
                + " tries a thread was ending. Let the test wait for the threads that it starts.");
    }

    private long sumOf(int block, int firstCell, int count) {
        long sum = 0;
        for (int index = firstCell; index < firstCell + count; index++) sum += page.getLong(block + 8 * index);
        return sum;
    }

    private int order() {
        fence = 0;
        return fence;
    }

    private static void require(String what, long expected, long found) {
        if (expected != found) throw unlike(what, expected, found);
    }

    private static IllegalStateException unlike(String what, long expected, long found) {
        return new IllegalStateException("Expected a counter page of offheap's meter, with " + what + " " + expected + ", found "
                + found + ". Take offheap-junit and the meter from one release of offheap.");
    }
}
