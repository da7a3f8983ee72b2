// SPDX-License-Identifier: MIT
package io.offheap.repro.zip;

import io.offheap.repro.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads the list of entries at the end of a jar, wherever that jar lies: this is how Boot's loader reads a jar within a jar. */
public final class CentralDirectory {
    private static final int END_SIGNATURE = 0x06054b50;
    private static final int END_BYTES = 22;
    private static final int ENTRY_SIGNATURE = 0x02014b50;
    private static final int ENTRY_BYTES = 46;
    private static final int STORED = 0;
    private static final int DEFLATED = 8;
    private static final int ENCRYPTED = 1;
    /** Zip64 puts this where the real figure did not fit. */
    private static final long TOO_LARGE = 0xffff_ffffL;

    private final Region jar;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private CentralDirectory(Region jar) {
        this.jar = jar;
    }

    public static Collection<Entry> read(Region jar) throws IOException {
        CentralDirectory directory = new CentralDirectory(jar);
        directory.readEntries();
        return directory.entries.values();
    }

    private void readEntries() throws IOException {
        long endAt = findEnd();
        ByteBuffer end = jar.readFully(endAt, END_BYTES);
        int count = Short.toUnsignedInt(end.getShort(10));
        long size = Integer.toUnsignedLong(end.getInt(12));
        long offset = Integer.toUnsignedLong(end.getInt(16));
        if (count == 0xffff || size == TOO_LARGE || offset == TOO_LARGE)
            throw new Failure(jar.name() + " is a zip64 file, which is not supported.");
        // An executable jar begins with a shell script that its own offsets do not count.
        long prefix = endAt - size - offset;
        if (prefix < 0 || size > Integer.MAX_VALUE)
            throw new Failure(jar.name() + " is damaged: its directory is not where it says.");
        ByteBuffer directory = jar.readFully(endAt - size, (int) size);
        for (int i = 0; i < count; i++) readEntry(directory, prefix);
    }

    /** The end record is last in the file, but for a comment of up to 64 KB. */
    private long findEnd() throws IOException {
        int tailBytes = (int) Math.min(jar.length(), END_BYTES + 0xffff);
        ByteBuffer tail = jar.readFully(jar.length() - tailBytes, tailBytes);
        for (int at = tailBytes - END_BYTES; at >= 0; at--) {
            boolean found = tail.getInt(at) == END_SIGNATURE
                    && at + END_BYTES + Short.toUnsignedInt(tail.getShort(at + 20)) == tailBytes;
            if (found) return jar.length() - tailBytes + at;
        }
        throw new Failure("Expected a jar at " + jar.name() + ", found a file that is not one or that is cut short.");
    }

    private void readEntry(ByteBuffer directory, long prefix) {
        int at = directory.position();
        if (directory.remaining() < ENTRY_BYTES || directory.getInt(at) != ENTRY_SIGNATURE) throw damaged();
        int nameLength = Short.toUnsignedInt(directory.getShort(at + 28));
        int variable = nameLength
                + Short.toUnsignedInt(directory.getShort(at + 30)) // extra field
                + Short.toUnsignedInt(directory.getShort(at + 32)); // comment
        if (directory.remaining() < ENTRY_BYTES + variable) throw damaged();
        String name = new String(directory.array(), at + ENTRY_BYTES, nameLength, StandardCharsets.UTF_8);
        directory.position(at + ENTRY_BYTES + variable);
        int method = Short.toUnsignedInt(directory.getShort(at + 10));
        long compressedSize = Integer.toUnsignedLong(directory.getInt(at + 20));
        long size = Integer.toUnsignedLong(directory.getInt(at + 24));
        long headerAt = Integer.toUnsignedLong(directory.getInt(at + 42));
        if (compressedSize == TOO_LARGE || size == TOO_LARGE || headerAt == TOO_LARGE)
            throw new Failure(jar.name() + "!/" + name + " is a zip64 entry, which is not supported.");
        if (method != STORED && method != DEFLATED)
            throw new Failure("Expected " + jar.name() + "!/" + name + " to be stored (0) or deflated (8), found method "
                    + method + ".");
        if ((directory.getShort(at + 8) & ENCRYPTED) != 0)
            throw new Failure(jar.name() + "!/" + name + " is encrypted, which is not supported.");
        long crc = Integer.toUnsignedLong(directory.getInt(at + 16));
        // Of two entries with one name the last counts, as in the JDK's own reader.
        entries.put(name, new Entry(jar, name, method == DEFLATED, compressedSize, size, crc, headerAt + prefix));
    }

    private Failure damaged() {
        return new Failure(jar.name() + " is damaged: its directory ends too early.");
    }
}
