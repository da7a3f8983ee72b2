// SPDX-License-Identifier: MIT
package io.offheap.repro.loader;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * What the inflating streams of all Spring Boot loaders have in common. They pass an Inflater of their own to
 * {@link InflaterInputStream}, whose {@code close()} then leaves it alone: ending it is the subclass's duty, or its omission.
 */
abstract class ZipInflaterStream extends InflaterInputStream {
    private boolean dummyByteGiven;

    ZipInflaterStream(InputStream deflated, Inflater inflater, long size) {
        super(deflated, inflater, bufferSize(size));
    }

    /** Boot sizes the buffer by the *inflated* size: a small class is read at one go, a large one in steps of 8 KB. */
    static int bufferSize(long size) {
        long withRoom = size + 2;
        if (withRoom > 65536) return 8192;
        return withRoom <= 0 ? 4096 : (int) withRoom;
    }

    /** A raw stream may need one byte past its end before zlib sees that it is complete. */
    @Override
    protected void fill() throws IOException {
        try {
            super.fill();
        } catch (EOFException end) {
            if (dummyByteGiven) throw end;
            dummyByteGiven = true;
            len = 1;
            buf[0] = 0;
            inf.setInput(buf, 0, len);
        }
    }
}
