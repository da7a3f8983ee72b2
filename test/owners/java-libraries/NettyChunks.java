// SPDX-License-Identifier: MIT
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.concurrent.CountDownLatch;

/** Netty's pool with an arena for each of some threads: each has a chunk, and pieces of it in use. */
final class NettyChunks {
    static final int THREADS = 17;
    static final int PIECE = 262_144;
    static final int PIECES = 11;
    static final CountDownLatch DONE = new CountDownLatch(THREADS);
    static final CountDownLatch NEVER = new CountDownLatch(1);
    static final PooledByteBufAllocator POOL = new PooledByteBufAllocator(true, 0, THREADS, 8_192, 9);

    public static void main(String[] args) throws Exception {
        for (int i = 0; i < THREADS; i++) {
            Thread thread = new Thread(NettyChunks::use, "event-loop-" + i);
            thread.setDaemon(true);
            thread.start();
        }
        DONE.await();
        long chunks = POOL.metric().usedDirectMemory() / POOL.metric().chunkSize();
        long bytes = chunks * Truth.chunk(POOL.metric().chunkSize());
        Truth.ready(Truth.of("java", "java.nio.DirectByteBuffer").bytes(bytes));
    }

    private static void use() {
        ByteBuf[] pieces = new ByteBuf[PIECES];
        for (int i = 0; i < PIECES; i++) {
            pieces[i] = POOL.directBuffer(PIECE);
            pieces[i].writeZero(PIECE);
        }
        DONE.countDown();
        try {
            NEVER.await();
        } catch (InterruptedException end) {
            for (ByteBuf piece : pieces) piece.release();
        }
    }
}
