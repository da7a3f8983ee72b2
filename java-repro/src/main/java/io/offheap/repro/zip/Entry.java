// SPDX-License-Identifier: MIT
package io.offheap.repro.zip;

import java.io.IOException;
import java.nio.ByteBuffer;

/** One entry of a jar, as the jar's central directory describes it. */
public record Entry(Region jar, String name, boolean deflated, long compressedSize, long size, long crc, long headerAt) {
    private static final int LOCAL_HEADER_BYTES = 30;
    private static final int NAME_LENGTH_AT = 26;
    private static final int EXTRA_LENGTH_AT = 28;

    /** The entry's bytes as they lie in the jar. Only the local header knows where they start: its extra field may differ. */
    public Region data() throws IOException {
        ByteBuffer header = jar.readFully(headerAt, LOCAL_HEADER_BYTES);
        int variable = Short.toUnsignedInt(header.getShort(NAME_LENGTH_AT))
                + Short.toUnsignedInt(header.getShort(EXTRA_LENGTH_AT));
        return jar.slice(name, headerAt + LOCAL_HEADER_BYTES + variable, compressedSize);
    }

    public boolean isClass() {
        return name.endsWith(".class");
    }

    @Override
    public String toString() {
        return jar.name() + "!/" + name;
    }
}
