// SPDX-License-Identifier: MIT
package example;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * As Spring Boot 2.0.4 read its jars. A stream that is given an Inflater does not end it when it is closed, and nobody else does: some
 * 40 KB of native memory wait until the collector finds the Inflater dead. The Java heap is small, so that takes long.
 */
public final class LeakyLoader implements Loader {
    @Override
    public byte[] read(byte[] deflated) throws IOException {
        try (InputStream stream = new EntryStream(new ByteArrayInputStream(deflated))) {
            return Streams.readAll(stream);
        }
    }

    private static final class EntryStream extends InflaterInputStream {
        EntryStream(InputStream deflated) {
            super(deflated, new Inflater(true));
        }
    }
}
