// SPDX-License-Identifier: MIT
import com.sun.jna.Memory;

/** Blocks of JNA that are held, as by bindings of a native library that keep every answer. */
final class JnaMemory {
    static final int BLOCK = 98_299;
    static final int BLOCKS = 1_709;
    static final Memory[] HELD = new Memory[BLOCKS];

    public static void main(String[] args) throws Exception {
        for (int i = 0; i < BLOCKS; i++) {
            HELD[i] = new Memory(BLOCK);
            HELD[i].clear();
        }
        Program.ready((long) BLOCK * BLOCKS);
    }
}
