// SPDX-License-Identifier: MIT
import java.nio.ByteBuffer;

/** Direct buffers, below and above malloc's threshold of mmap, each with a slice and a duplicate: a block counts once. */
final class DirectSlices {
    static final int SMALL = 60_013;
    static final int LARGE = 500_009;
    static final int BUFFERS = 307;
    static final int LARGE_BUFFERS = 61;
    static final ByteBuffer[] HELD = new ByteBuffer[3 * (BUFFERS + LARGE_BUFFERS)];

    public static void main(String[] args) throws Exception {
        for (int i = 0; i < BUFFERS + LARGE_BUFFERS; i++) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(i < BUFFERS ? SMALL : LARGE);
            for (int at = 0; at < buffer.capacity(); at += Program.PAGE) buffer.put(at, (byte) 1);
            HELD[3 * i] = buffer;
            HELD[3 * i + 1] = buffer.duplicate();
            HELD[3 * i + 2] = buffer.position(100).slice();
        }
        long all = BUFFERS + LARGE_BUFFERS;
        long bytes = BUFFERS * Truth.chunk(SMALL) + LARGE_BUFFERS * Truth.chunk(LARGE);
        // The duplicate holds the address as well; the slice another one.
        Truth.ready(Truth.of("java", "java.nio.DirectByteBuffer").objects(2 * all).blocks(all).bytes(bytes));
    }
}
