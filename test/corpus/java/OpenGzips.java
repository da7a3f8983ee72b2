// SPDX-License-Identifier: MIT
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Values that a client packs and unpacks by streams which it never closes: finalizers, or Cleaners, are to end what is behind them. */
final class OpenGzips {
    static final int VALUES = 503;
    static final int VALUE = 131_071;
    /** A Deflater, and an Inflater with its window. */
    static final long BYTES_OF_ONE = 268_096 + 39_928;

    public static void main(String[] args) throws Exception {
        byte[] value = new byte[VALUE];
        new java.util.Random(VALUE).nextBytes(value);
        long read = 0;
        for (int i = 0; i < VALUES; i++) read += unpack(pack(value));
        if (read != (long) VALUES * VALUE) throw new AssertionError(read);
        Program.ready(BYTES_OF_ONE * VALUES);
    }

    private static byte[] pack(byte[] value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(2 * VALUE);
        GZIPOutputStream stream = new GZIPOutputStream(bytes);
        stream.write(value);
        stream.finish();
        return bytes.toByteArray();
    }

    private static long unpack(byte[] packed) throws IOException {
        GZIPInputStream stream = new GZIPInputStream(new ByteArrayInputStream(packed));
        byte[] piece = new byte[VALUE / 2];
        long read = 0;
        // The last read is not for the end: so the stream does not know that it is over.
        while (read < VALUE) read += stream.read(piece, 0, (int) Math.min(piece.length, VALUE - read));
        return read;
    }
}
