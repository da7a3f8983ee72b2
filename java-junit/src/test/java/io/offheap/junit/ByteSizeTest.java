// SPDX-License-Identifier: MIT
package io.offheap.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class ByteSizeTest {
    @Test
    void sizesArePowersOf1024() {
        assertEquals(0, ByteSize.parse("0B", "it"));
        assertEquals(4096, ByteSize.parse("4096B", "it"));
        assertEquals(512 << 10, ByteSize.parse("512 KB", "it"));
        assertEquals(10 << 20, ByteSize.parse("10MB", "it"));
        assertEquals(10 << 20, ByteSize.parse("10MiB", "it"));
        assertEquals(3L << 30, ByteSize.parse("3gb", "it"));
        assertEquals(1L << 53, ByteSize.parse("8388608GB", "it"));
    }

    @Test
    void otherFormsAreRefusedInASentence() {
        for (String text : new String[] {"", "10", "MB", "-1MB", "1.5MB", "10TB", "8388609GB", "99999999999999999999B"}) {
            assertEquals("Expected the value of @LimitNative to be a size such as \"10MB\", \"512KB\" or \"4096B\", found \"" + text + "\".",
                    assertThrows(IllegalArgumentException.class, () -> ByteSize.parse(text, "the value of @LimitNative")).getMessage());
        }
    }

    @Test
    void formatsExactlyAndBriefly() {
        assertEquals("1,023 bytes", ByteSize.format(1023));
        assertEquals("1,277,696 bytes (1.2 MiB)", ByteSize.format(1_277_696));
        assertEquals("-1,536 bytes (-1.5 KiB)", ByteSize.format(-1536));
        assertEquals("13 GiB", ByteSize.brief(13L << 30));
    }
}
