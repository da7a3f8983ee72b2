// SPDX-License-Identifier: MIT
package io.offheap.repro.loader;

import java.io.InputStream;

/** Spring Boot 2.0.4: nobody ends the Inflater. Its 39,928 native bytes wait until a GC finds the 100-byte Java object dead. */
final class LeakyStream extends ZipInflaterStream {
    LeakyStream(InputStream deflated, InflaterLedger ledger, long size) {
        super(deflated, ledger.open(), size);
    }
}
