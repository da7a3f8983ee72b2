// SPDX-License-Identifier: MIT
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.concurrent.CountDownLatch;

/** Netty's pool with an arena for each of many threads: each has used a chunk of 4 MiB, and holds a small piece of it. */
final class NettyPool {
    static final int THREADS = 41;
    static final int PIECE = 262_144;
    /** Nearly all of a chunk. */
    static final int PIECES = 15;
    static final CountDownLatch DONE = new CountDownLatch(THREADS);
    static final CountDownLatch NEVER = new CountDownLatch(1);
    static final PooledByteBufAllocator POOL = new PooledByteBufAllocator(true, 0, THREADS, 8_192, 9);

    public static void main(String[] args) throws Exception {
        for (int i = 0; i < THREADS; i++) {
            Thread thread = new Thread(NettyPool::use, "event-loop-" + i);
            thread.setDaemon(true);
            thread.start();
        }
        DONE.await();
        Program.ready(POOL.metric().usedDirectMemory());
    }

    private static void use() {
        ByteBuf[] pieces = new ByteBuf[PIECES];
        for (int i = 0; i < PIECES; i++) {
            pieces[i] = POOL.directBuffer(PIECE);
            pieces[i].writeZero(PIECE);
        }
        for (int i = 1; i < PIECES; i++) pieces[i].release();
        DONE.countDown();
        try {
            NEVER.await();
        } catch (InterruptedException end) {
            pieces[0].release();
        }
    }
}
