// SPDX-License-Identifier: MIT
package io.offheap.repro.loader;

import io.offheap.repro.zip.Entry;
import io.offheap.repro.zip.RegionInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Reads entries where they lie in the fat jar, as Spring Boot's loader does. */
public final class BootReader implements EntryReader {
    private final Loader loader;
    private final InflaterLedger ledger;

    public BootReader(Loader loader, InflaterLedger ledger) {
        this.loader = loader;
        this.ledger = ledger;
    }

    @Override
    public InputStream open(Entry entry) throws IOException {
        InputStream raw = new RegionInputStream(entry.data());
        if (!entry.deflated()) return raw;
        return switch (loader) {
            case LEAKY -> new LeakyStream(raw, ledger, entry.size());
            case HALF -> new HalfStream(raw, ledger, entry.size());
            case FIXED -> new FixedStream(raw, ledger, entry.size());
            case JDK, BOOT -> throw new IllegalStateException("another reader reads for this one");
        };
    }

    @Override
    public void close() {}
}
