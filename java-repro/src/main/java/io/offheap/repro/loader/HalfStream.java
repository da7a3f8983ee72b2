// SPDX-License-Identifier: MIT
package io.offheap.repro.loader;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.Inflater;

/**
 * Spring Boot 2.0.5 to 2.0.9 and 1.5.16 to 1.5.22: the fix that half worked. Its constructor ignores the Inflater it is given and
 * makes a second one. The second inflates and is ended; the first, never used and so without a window, waits for a GC: 7,160 bytes.
 */
final class HalfStream extends ZipInflaterStream {
    HalfStream(InputStream deflated, InflaterLedger ledger, long size) {
        this(deflated, ledger.open(), ledger, size);
    }

    @SuppressWarnings("unused") // the mistake itself: `ignored` should have gone to super
    private HalfStream(InputStream deflated, Inflater ignored, InflaterLedger ledger, long size) {
        super(deflated, ledger.open(), size);
    }

    @Override
    public void close() throws IOException {
        super.close();
        inf.end();
    }
}
