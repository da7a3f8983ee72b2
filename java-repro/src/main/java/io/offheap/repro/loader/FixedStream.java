// SPDX-License-Identifier: MIT
package io.offheap.repro.loader;

import java.io.IOException;
import java.io.InputStream;

/** Spring Boot 2.1.0: one Inflater, ended when the stream is closed. */
final class FixedStream extends ZipInflaterStream {
    FixedStream(InputStream deflated, InflaterLedger ledger, long size) {
        super(deflated, ledger.open(), size);
    }

    @Override
    public void close() throws IOException {
        super.close();
        inf.end();
    }
}
