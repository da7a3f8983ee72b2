// SPDX-License-Identifier: MIT
import java.nio.ByteBuffer;

/** Direct buffers that nobody refers to any more: they wait for a collection that has no reason to come. */
final class DroppedBuffers {
    static final int CAPACITY = 1_048_573;
    static final int BUFFERS = 163;

    public static void main(String[] args) throws Exception {
        for (int i = 0; i < BUFFERS; i++) touch(ByteBuffer.allocateDirect(CAPACITY));
        Program.ready((long) BUFFERS * CAPACITY);
    }

    private static void touch(ByteBuffer buffer) {
        for (int at = 0; at < CAPACITY; at += Program.PAGE) buffer.put(at, (byte) 1);
    }
}
