// SPDX-License-Identifier: MIT
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Inflaters that nobody ended and nobody refers to: their native blocks wait for a GC that has no reason to come. */
final class WaitingForGc {
    /** With a window that is used whole each holds 40 KB: 160 MB. */
    static final int INFLATERS = 4_099;
    /** Longer than zlib's window of 32 KB, and hard to compress, so that the whole window is written. */
    static final int TEXT = 65_521;
    static final int THREADS = 4;

    public static void main(String[] args) throws Exception {
        byte[] packed = pack();
        Thread[] threads = new Thread[THREADS];
        for (int i = 0; i < THREADS; i++) threads[i] = new Thread(() -> inflate(packed), "scanner-" + i);
        Program.startAll(threads);
        Program.joinAll(threads);
        Program.ready(39_928L * (INFLATERS / THREADS * THREADS));
    }

    /** TEXT bytes, deflated. */
    static byte[] pack() {
        byte[] text = new byte[TEXT];
        new java.util.Random(TEXT).nextBytes(text);
        Deflater deflater = new Deflater();
        deflater.setInput(text);
        deflater.finish();
        byte[] packed = new byte[2 * TEXT];
        int length = deflater.deflate(packed);
        deflater.end();
        return java.util.Arrays.copyOf(packed, length);
    }

    private static void inflate(byte[] packed) {
        // In two steps: zlib makes its window only for output that comes in pieces.
        byte[] piece = new byte[TEXT / 2 + 1];
        try {
            for (int i = 0; i < INFLATERS / THREADS; i++) {
                Inflater inflater = new Inflater();
                inflater.setInput(packed);
                while (!inflater.finished()) inflater.inflate(piece);
            }
        } catch (DataFormatException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
