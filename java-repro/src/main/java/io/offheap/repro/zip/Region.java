// SPDX-License-Identifier: MIT
package io.offheap.repro.zip;

import io.offheap.repro.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A stretch of a file, read by position so that threads share it: a jar, a jar inside that jar, or the bytes of one entry.
 *
 * @param name what to call it in a message
 */
public record Region(FileChannel channel, Path file, String name, long offset, long length) {
    public static Region of(Path file) throws IOException {
        if (!Files.isRegularFile(file)) throw new Failure("Expected a jar at " + file + ", found no such file.");
        FileChannel channel = FileChannel.open(file);
        return new Region(channel, file, file.toString(), 0, channel.size());
    }

    public Region slice(String what, long from, long size) {
        if (from < 0 || size < 0 || from > length - size)
            throw new Failure(name + " is damaged: " + what + " would lie outside it.");
        return new Region(channel, file, name + "!/" + what, offset + from, size);
    }

    /** Whether this is a whole file and not a part of one. */
    public boolean isFile() {
        return name.equals(file.toString());
    }

    /** Reads at most {@code size} bytes; -1 at the end, as an input stream does. */
    public int read(long position, byte[] target, int at, int size) throws IOException {
        if (position >= length) return -1;
        int wanted = (int) Math.min(size, length - position);
        return channel.read(ByteBuffer.wrap(target, at, wanted), offset + position);
    }

    /** Little-endian, as everything in a zip file. */
    public ByteBuffer readFully(long position, int size) throws IOException {
        byte[] bytes = new byte[size];
        for (int have = 0; have < size; ) {
            int count = read(position + have, bytes, have, size - have);
            if (count < 0) throw new Failure(name + " is damaged: it ends too early.");
            have += count;
        }
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
