// SPDX-License-Identifier: MIT
import java.util.zip.Deflater;

/** Deflaters of several threads, all ended, but for one of each: their memory is free, and glibc keeps it. */
final class EndedDeflaters {
    static final int THREADS = 8;
    static final int DEFLATERS = 83;
    static final int TEXT = 70_001;
    static final long BYTES_OF_ONE = 268_096;
    static final Deflater[] HELD = new Deflater[THREADS];

    public static void main(String[] args) throws Exception {
        byte[] text = new byte[TEXT];
        new java.util.Random(TEXT).nextBytes(text);
        Thread[] threads = new Thread[THREADS];
        for (int i = 0; i < THREADS; i++) {
            int number = i;
            threads[i] = new Thread(() -> pack(text, number), "packer-" + i);
        }
        Program.startAll(threads);
        Program.joinAll(threads);
        Program.ready(BYTES_OF_ONE * THREADS * (DEFLATERS - 1));
    }

    private static void pack(byte[] text, int number) {
        byte[] packed = new byte[2 * TEXT];
        Deflater[] all = new Deflater[DEFLATERS];
        for (int i = 0; i < DEFLATERS; i++) {
            all[i] = new Deflater(Deflater.BEST_SPEED);
            all[i].setInput(text);
            all[i].deflate(packed);
        }
        for (int i = 0; i < DEFLATERS - 1; i++) all[i].end();
        HELD[number] = all[DEFLATERS - 1];
    }
}
