// SPDX-License-Identifier: MIT

/** A Java heap of which most was let go: it stays resident until a collection of the whole of it. */
final class DroppedHeap {
    /** Below the size of a humongous object of any region size. */
    static final int BLOCK = 131_071;
    /** 300 MB. */
    static final int BLOCKS = 2_399;
    /** 38 MB. */
    static final int KEPT = 307;
    static final byte[][] HELD = new byte[BLOCKS][];

    public static void main(String[] args) throws Exception {
        for (int i = 0; i < BLOCKS; i++) HELD[i] = new byte[BLOCK];
        for (int i = KEPT; i < BLOCKS; i++) HELD[i] = null;
        // How much of what is in use is needed, no look can tell before a collection.
        Program.ready(0);
    }
}
