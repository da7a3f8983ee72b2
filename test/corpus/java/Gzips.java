// SPDX-License-Identifier: MIT
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Streams that were read to their end and not closed. */
final class Gzips {
    static final int STREAMS = 4_001;
    static final int TEXT = 65_521;
    static final long BYTES_OF_ONE = 39_928;

    public static void main(String[] args) throws Exception {
        byte[] text = new byte[TEXT];
        new java.util.Random(TEXT).nextBytes(text);
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(text);
        }
        byte[] content = packed.toByteArray();
        byte[] piece = new byte[TEXT / 2];
        long read = 0;
        for (int i = 0; i < STREAMS; i++) {
            GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(content));
            for (int length = in.read(piece); length >= 0; length = in.read(piece)) read += length;
        }
        if (read != (long) STREAMS * TEXT) throw new AssertionError(read);
        Program.ready(BYTES_OF_ONE * STREAMS);
    }
}
