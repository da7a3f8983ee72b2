// SPDX-License-Identifier: MIT
package example;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/** Keeps what it opened, to close it one day: no collector ever frees it. */
public final class KeepingLoader implements Loader {
    private static final List<InputStream> OPENED = new ArrayList<>();

    @Override
    public byte[] read(byte[] deflated) throws IOException {
        InputStream stream = new InflaterInputStream(new ByteArrayInputStream(deflated), new Inflater(true));
        OPENED.add(stream);
        return Streams.readAll(stream);
    }
}
