// SPDX-License-Identifier: MIT
package io.offheap.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** Sums and refusals of pages that are written here, by the offsets of native/shared/counter_page.h. */
class CounterPageTest {
    private final ByteBuffer bytes = ByteBuffer.allocate(CounterPage.PAGE_BYTES).order(ByteOrder.nativeOrder());

    CounterPageTest() {
        bytes.putLong(0, 0x435041454846464fL).putInt(8, 5).putInt(12, 128).putLong(16, CounterPage.PAGE_BYTES);
        bytes.putInt(24, 4096).putInt(28, 1152).putInt(32, 129).putInt(36, 1).putInt(40, 4711);
        for (int index = 0; index < 5; index++) bytes.put(64 + index, (byte) "meter".charAt(index));
    }

    private static int slot(int index, int cell) {
        return 1280 + index * 1152 + 24 + cell * 8;
    }

    @Test
    void sumsTheProcessAndTheSlotsInUse() {
        bytes.putLong(128 + 29 * 8, 1_000_003).putInt(112, 3);
        bytes.putInt(1280, 1).putLong(slot(0, 29), -7_001);
        bytes.putInt(1280 + 1152, 0).putLong(slot(1, 29), 99); // of a slot that nobody has
        bytes.putInt(1280 + 2 * 1152, 1).putLong(slot(2, 29), 104_729);
        bytes.putInt(1280 + 3 * 1152, 1).putLong(slot(3, 29), 77); // beyond the limit
        CounterPage page = new CounterPage(bytes);
        assertEquals(1_000_003 - 7_001 + 104_729, page.liveBytes());
        assertEquals(4711, page.pid());
        assertEquals("meter", page.writer());
    }

    @Test
    void liveBlocksAreThoseThatCameLessThoseThatAreGone() {
        bytes.putInt(112, 1).putInt(1280, 1);
        bytes.putLong(slot(0, 81 + 5), 31).putLong(slot(0, 33 + 5), -12).putLong(slot(0, 81 + 47), 2);
        assertEquals(31 - 12 + 2, new CounterPage(bytes).liveBlocks());
    }

    @Test
    void refusesASumWhileAThreadIsFolded() {
        bytes.putLong(96, 8).putLong(104, 7);
        CounterPage page = new CounterPage(bytes);
        assertTrue(assertThrows(IllegalStateException.class, page::liveBytes).getMessage().contains("a thread was ending"));
    }

    @Test
    void refusesAnotherVersion() {
        bytes.putInt(8, 6);
        assertEquals("Expected a counter page of version 5, found version 6: offheap-junit and the meter are of different releases of "
                + "offheap. Take both from one.", assertThrows(IllegalStateException.class, () -> new CounterPage(bytes)).getMessage());
    }

    @Test
    void refusesNumbersThatNoPageHas() {
        bytes.putInt(112, 4097);
        CounterPage page = new CounterPage(bytes);
        assertTrue(assertThrows(IllegalStateException.class, page::liveBytes).getMessage().contains("slots in use 4096, found 4097"));
        bytes.putInt(28, 1153);
        assertTrue(assertThrows(IllegalStateException.class, () -> new CounterPage(bytes)).getMessage().contains("slot bytes 1152"));
        bytes.putInt(0, 0);
        assertTrue(assertThrows(IllegalStateException.class, () -> new CounterPage(bytes)).getMessage().contains("magic number"));
    }
}
