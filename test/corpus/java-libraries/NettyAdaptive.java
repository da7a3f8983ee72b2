// SPDX-License-Identifier: MIT
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.util.ArrayList;
import java.util.List;

/** Buffers of whatever pool is Netty's default, queued for a slow consumer and never released. Netty 4.2 has its adaptive one. */
final class NettyAdaptive {
    static final int BUFFER = 65_536;
    static final int BUFFERS = 2_609;
    static final List<ByteBuf> QUEUE = new ArrayList<>();

    public static void main(String[] args) throws Exception {
        ByteBufAllocator pool = ByteBufAllocator.DEFAULT;
        for (int i = 0; i < BUFFERS; i++) QUEUE.add(pool.directBuffer(BUFFER).writeZero(BUFFER));
        Program.ready(((ByteBufAllocatorMetricProvider) pool).metric().usedDirectMemory());
    }
}
