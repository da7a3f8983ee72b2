// SPDX-License-Identifier: MIT
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.TreeMap;

/** A pool of direct buffers with a bucket for each multiple of a page, and no bound: each response of another size leaves buffers in a bucket of its own. */
final class PooledBuffers {
    static final int RESPONSES = 1_201;
    static final int LARGEST = 524_287;
    static final int AT_ONCE = 5;
    static final TreeMap<Integer, Queue<ByteBuffer>> POOL = new TreeMap<>();
    static long pooledBytes;

    public static void main(String[] args) throws Exception {
        java.util.Random random = new java.util.Random(LARGEST);
        for (int i = 0; i < RESPONSES; i++) respond(1 + random.nextInt(LARGEST));
        System.gc();
        Program.ready(pooledBytes);
    }

    private static void respond(int length) {
        int capacity = (length + Program.PAGE - 1) / Program.PAGE * Program.PAGE;
        Queue<ByteBuffer> bucket = POOL.computeIfAbsent(capacity, size -> new ArrayDeque<>());
        // As many responses of one size come at the same time.
        boolean isNew = bucket.size() < AT_ONCE;
        ByteBuffer buffer = isNew ? ByteBuffer.allocateDirect(capacity) : bucket.remove();
        if (isNew) pooledBytes += capacity;
        for (int at = 0; at < length; at += Program.PAGE) buffer.put(at, (byte) 1);
        bucket.add(buffer);
    }
}
