// SPDX-License-Identifier: MIT
import java.util.zip.Deflater;

/** Deflaters that the program holds on to: the GC has come and could not free them. */
final class HeldDeflaters {
    /** Each holds 268,096 bytes in five blocks: 134 MB. */
    static final int DEFLATERS = 523;
    /** Longer than any of zlib's tables, so that they are written. */
    static final int TEXT = 70_001;
    static final Deflater[] HELD = new Deflater[DEFLATERS];

    public static void main(String[] args) throws Exception {
        byte[] text = new byte[TEXT];
        new java.util.Random(TEXT).nextBytes(text);
        byte[] packed = new byte[2 * TEXT];
        for (int i = 0; i < DEFLATERS; i++) {
            HELD[i] = new Deflater(Deflater.BEST_SPEED);
            HELD[i].setInput(text);
            HELD[i].deflate(packed);
        }
        System.gc();
        Program.ready(268_096L * DEFLATERS);
    }
}
