// SPDX-License-Identifier: MIT
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Segments of arenas that nobody closes, each with a slice: a block counts once. */
final class ForeignSegments {
    static final int SMALL = 40_009;
    static final int LARGE = 262_139;
    static final int ARENAS = 211;
    static final MemorySegment[] HELD = new MemorySegment[3 * ARENAS];

    public static void main(String[] args) throws Exception {
        for (int i = 0; i < ARENAS; i++) {
            Arena arena = Arena.ofShared();
            HELD[3 * i] = arena.allocate(SMALL).fill((byte) 1);
            HELD[3 * i + 1] = arena.allocate(LARGE).fill((byte) 1);
            HELD[3 * i + 2] = HELD[3 * i].asSlice(64);
        }
        long bytes = ARENAS * (Truth.chunk(SMALL) + Truth.chunk(LARGE));
        Truth.ready(Truth.of("java", "jdk.internal.foreign.NativeMemorySegmentImpl").objects(2 * ARENAS).blocks(2 * ARENAS).bytes(bytes));
    }
}
