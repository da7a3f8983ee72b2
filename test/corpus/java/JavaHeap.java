// SPDX-License-Identifier: MIT

/** The memory is the Java heap, and is in use. */
final class JavaHeap {
    /** Below the size of a humongous object of any region size. */
    static final int BLOCK = 131_071;
    /** 300 MB, of a heap of 400. */
    static final int BLOCKS = 2_399;
    static final byte[][] HELD = new byte[BLOCKS][];

    public static void main(String[] args) throws Exception {
        for (int i = 0; i < BLOCKS; i++) {
            HELD[i] = new byte[BLOCK];
            for (int at = 0; at < BLOCK; at += Program.PAGE) HELD[i][at] = 1;
        }
        Program.ready((long) BLOCKS * BLOCK);
    }
}
