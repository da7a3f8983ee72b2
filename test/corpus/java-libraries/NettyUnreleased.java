// SPDX-License-Identifier: MIT
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;

/** Buffers of Netty's pool that are queued for a slow consumer, and never released. */
final class NettyUnreleased {
    static final int BUFFER = 65_536;
    static final int BUFFERS = 2_609;
    static final List<ByteBuf> QUEUE = new ArrayList<>();

    public static void main(String[] args) throws Exception {
        for (int i = 0; i < BUFFERS; i++) QUEUE.add(PooledByteBufAllocator.DEFAULT.directBuffer(BUFFER).writeZero(BUFFER));
        Program.ready(PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory());
    }
}
