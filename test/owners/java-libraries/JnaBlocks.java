// SPDX-License-Identifier: MIT
import com.sun.jna.Memory;
import com.sun.jna.Pointer;

/** Blocks of JNA, and pointers into them: a block counts once. */
final class JnaBlocks {
    static final int BYTES = 50_021;
    static final int BLOCKS = 1_009;
    static final Memory[] HELD = new Memory[BLOCKS];
    static final Pointer[] PARTS = new Pointer[BLOCKS];

    public static void main(String[] args) throws Exception {
        for (int i = 0; i < BLOCKS; i++) {
            HELD[i] = new Memory(BYTES);
            HELD[i].clear();
            PARTS[i] = HELD[i].share(100);
        }
        Truth.ready(Truth.of("java", "com.sun.jna.Memory").objects(BLOCKS).blocks(BLOCKS).bytes(BLOCKS * Truth.chunk(BYTES)));
    }
}
