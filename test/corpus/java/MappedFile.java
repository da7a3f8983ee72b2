// SPDX-License-Identifier: MIT
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that is mapped and read, as an index of a search engine is. */
final class MappedFile {
    static final int BYTES = 167_772_161;
    static MappedByteBuffer held;

    public static void main(String[] args) throws Exception {
        Path file = Files.createTempFile("offheap-corpus", ".index");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            held = channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES);
            for (int at = 0; at < BYTES; at += Program.PAGE) held.put(at, (byte) 1);
        } finally {
            Files.delete(file);
        }
        Program.ready(BYTES);
    }
}
