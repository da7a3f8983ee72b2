// SPDX-License-Identifier: MIT
import java.util.zip.Inflater;

/** Inflaters that a static list holds. With the argument `before-gc` they are older than the last full collection, which was some time ago. */
final class HeldInflaters {
    static final int INFLATERS = 4_099;
    /** Longer than zlib's window of 32 KB, and hard to compress, so that the whole window is written. */
    static final int TEXT = WaitingForGc.TEXT;
    /** zlib's state and its window. */
    static final long BYTES_OF_ONE = 39_928;
    /** Longer ago than what a Cleaner may take. */
    static final long SINCE_GC_MS = 11_003;
    static final Inflater[] HELD = new Inflater[INFLATERS];

    public static void main(String[] args) throws Exception {
        byte[] packed = WaitingForGc.pack();
        byte[] piece = new byte[TEXT / 2 + 1];
        for (int i = 0; i < INFLATERS; i++) {
            HELD[i] = new Inflater();
            HELD[i].setInput(packed);
            while (!HELD[i].finished()) HELD[i].inflate(piece);
        }
        if (args.length > 0) {
            System.gc();
            // The time since the collection is what this program is about.
            Thread.sleep(SINCE_GC_MS);
        }
        Program.ready(BYTES_OF_ONE * INFLATERS);
    }
}
