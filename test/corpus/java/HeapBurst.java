// SPDX-License-Identifier: MIT
import java.util.ArrayList;
import java.util.List;

/** A burst that needed a large heap, of which nearly nothing is in use any more: the collector keeps the rest. */
final class HeapBurst {
    /** Below the size of a humongous object of any region size. */
    static final int BLOCK = 131_071;
    /** 380 MB at once. */
    static final int BLOCKS = 2_903;
    static final int KEPT = 151;
    static List<byte[]> held = new ArrayList<>();

    public static void main(String[] args) throws Exception {
        for (int i = 0; i < BLOCKS; i++) {
            byte[] block = new byte[BLOCK];
            for (int at = 0; at < BLOCK; at += Program.PAGE) block[at] = 1;
            held.add(block);
        }
        held = new ArrayList<>(held.subList(0, KEPT));
        Program.ready((long) BLOCKS * BLOCK);
    }
}
