// SPDX-License-Identifier: MIT
package io.offheap.repro.zip;

import java.io.IOException;
import java.io.InputStream;

/** A region read from its beginning to its end. Holds nothing that needs closing: the channel belongs to the jar. */
public final class RegionInputStream extends InputStream {
    private final Region region;
    private long position;

    public RegionInputStream(Region region) {
        this.region = region;
    }

    @Override
    public int read(byte[] target, int at, int size) throws IOException {
        int count = region.read(position, target, at, size);
        if (count > 0) position += count;
        return count;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }
}
