// SPDX-License-Identifier: MIT

/** Arrays of zeros: the JVM has written each page of them. */
final class ZeroedHeap {
    /** Below the size of a humongous object of any region size. */
    static final int BLOCK = 131_071;
    /** 300 MB, of a heap of 400. */
    static final byte[][] HELD = new byte[2_399][];

    public static void main(String[] args) throws Exception {
        for (int i = 0; i < HELD.length; i++) HELD[i] = new byte[BLOCK];
        Program.ready((long) BLOCK * HELD.length);
    }
}
