// SPDX-License-Identifier: MIT
package example;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.offheap.junit.LimitNative;
import io.offheap.junit.NoNativeGrowth;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

/** What each loader has to hold to. */
abstract class LoaderTest {
    private static final int ENTRIES = 503;
    private static final byte[] ENTRY = new byte[4_099];
    private static final byte[] DEFLATED = deflate(ENTRY);

    private final Loader loader;

    LoaderTest(Loader loader) {
        this.loader = loader;
    }

    private void readEntries() throws IOException {
        for (int count = 0; count < ENTRIES; count++) assertArrayEquals(ENTRY, loader.read(DEFLATED));
    }

    /** Without a collection: what waits for one is left as well. */
    @Test
    @LimitNative(value = "8MB", collect = false)
    void leavesNothingToTheCollector() throws IOException {
        readEntries();
    }

    @Test
    @NoNativeGrowth(warmups = 3, repeats = 10)
    void keepsNothing() throws IOException {
        readEntries();
    }

    private static byte[] deflate(byte[] bytes) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        try {
            deflater.setInput(bytes);
            deflater.finish();
            byte[] deflated = new byte[bytes.length];
            return Arrays.copyOf(deflated, deflater.deflate(deflated));
        } finally {
            deflater.end();
        }
    }
}
