// SPDX-License-Identifier: MIT
import java.nio.ByteBuffer;

/** Direct buffers that are held. */
final class DirectBuffers {
    /** As a pool's chunk would be, above malloc's threshold of mmap. */
    static final int CAPACITY = 1_048_573;
    static final int BUFFERS = 163;
    static final ByteBuffer[] HELD = new ByteBuffer[BUFFERS];

    public static void main(String[] args) throws Exception {
        for (int i = 0; i < BUFFERS; i++) {
            HELD[i] = ByteBuffer.allocateDirect(CAPACITY);
            for (int at = 0; at < CAPACITY; at += Program.PAGE) HELD[i].put(at, (byte) 1);
        }
        Program.ready((long) BUFFERS * CAPACITY);
    }
}
