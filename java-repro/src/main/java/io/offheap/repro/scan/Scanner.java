// SPDX-License-Identifier: MIT
package io.offheap.repro.scan;

import io.offheap.repro.Failure;
import io.offheap.repro.loader.EntryReader;
import io.offheap.repro.zip.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.CRC32;

/** Reads classes to their end and parses them, as a scan for subtypes does. One a thread: its buffers are reused. */
final class Scanner {
    private static final int FIRST_BUFFER_BYTES = 256 * 1024;

    private final EntryReader reader;
    private final ClassHeader header = new ClassHeader();
    private final CRC32 crc = new CRC32();
    private final Tally tally = new Tally();
    private byte[] buffer = new byte[FIRST_BUFFER_BYTES];

    Scanner(EntryReader reader) {
        this.reader = reader;
    }

    Tally tally() {
        return tally;
    }

    /**
     * Makes what a thread needs once and keeps. FileChannel gives a thread a native buffer as large as its largest read; without
     * this, it would grow step by step among the Inflaters.
     */
    void warmUp(Entry any) throws IOException {
        any.jar().read(0, buffer, 0, 64 * 1024);
    }

    void scan(Entry entry) throws IOException {
        int size = readAll(entry);
        crc.reset();
        crc.update(buffer, 0, size);
        if (size != entry.size() || crc.getValue() != entry.crc())
            throw new Failure(entry + " is damaged: its size or checksum is not the one in the jar's directory.");
        tally.addStream(size, crc.getValue());
        if (header.parse(buffer, size)) tally.addClass(header.superName());
    }

    private int readAll(Entry entry) throws IOException {
        int size = 0;
        try (InputStream stream = reader.open(entry)) {
            while (true) {
                int count = stream.read(buffer, size, buffer.length - size);
                if (count < 0) return size;
                size += count;
                if (size == buffer.length) buffer = Arrays.copyOf(buffer, size * 2);
            }
        }
    }
}
