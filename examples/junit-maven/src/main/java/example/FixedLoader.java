// SPDX-License-Identifier: MIT
package example;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/** As Spring Boot 2.1.0: who makes an Inflater ends it. */
public final class FixedLoader implements Loader {
    @Override
    public byte[] read(byte[] deflated) throws IOException {
        Inflater inflater = new Inflater(true);
        try (InputStream stream = new InflaterInputStream(new ByteArrayInputStream(deflated), inflater)) {
            return Streams.readAll(stream);
        } finally {
            inflater.end();
        }
    }
}
