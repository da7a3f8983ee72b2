// SPDX-License-Identifier: MIT
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Arenas of the foreign memory API that are opened for each request and never closed. */
final class ForeignArenas {
    static final int SEGMENT = 262_139;
    static final int ARENAS = 677;
    static final Arena[] HELD = new Arena[ARENAS];

    public static void main(String[] args) throws Exception {
        for (int i = 0; i < ARENAS; i++) {
            HELD[i] = Arena.ofShared();
            MemorySegment segment = HELD[i].allocate(SEGMENT);
            segment.fill((byte) 1);
        }
        Program.ready((long) SEGMENT * ARENAS);
    }
}
