// SPDX-License-Identifier: MIT
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.PooledByteBufAllocator;
import java.util.concurrent.CountDownLatch;

/** The Netty that gRPC carries under another name: many threads, each of which has used a chunk of its default pool and holds a small piece of it. */
final class NettyShaded {
    static final int THREADS = 41;
    static final int PIECE = 262_144;
    /** Nearly all of a chunk. */
    static final int PIECES = 15;
    static final CountDownLatch DONE = new CountDownLatch(THREADS);
    static final CountDownLatch NEVER = new CountDownLatch(1);
    static final PooledByteBufAllocator POOL = PooledByteBufAllocator.DEFAULT;

    public static void main(String[] args) throws Exception {
        for (int i = 0; i < THREADS; i++) {
            Thread thread = new Thread(NettyShaded::use, "event-loop-" + i);
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
