// SPDX-License-Identifier: MIT
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * A service in a pod: some Inflaters that it holds, and many more that it has ended, whose memory malloc keeps. With a third argument it then grows by direct buffers until it is
 * killed. Compiled for JDK 8.
 *
 * <p>Arguments: how many Inflaters it holds, how many it ends, and MiB of direct buffers a second.
 */
final class Service {
    private static final int THREADS = 4;
    /** Longer than zlib's window, and hard to compress, so that the whole window of each is written. */
    private static final int TEXT = 65_521;
    private static final List<Inflater> HELD = new ArrayList<>();
    private static final List<ByteBuffer> BUFFERS = new ArrayList<>();

    private Service() {}

    public static void main(String[] args) throws Exception {
        final int held = Integer.parseInt(args[0]);
        final int ended = Integer.parseInt(args[1]);
        final byte[] packed = pack();
        Thread[] threads = new Thread[THREADS];
        for (int i = 0; i < THREADS; i++) {
            threads[i] = new Thread(() -> inflate(packed, held / THREADS, ended / THREADS), "burst-" + i);
            threads[i].start();
        }
        for (Thread thread : threads) thread.join();
        System.out.println("ready: holds " + held / THREADS * THREADS + " Inflaters, has ended " + ended / THREADS * THREADS);
        if (args.length > 2) grow(Integer.parseInt(args[2]));
        Thread.sleep(Long.MAX_VALUE);
    }

    /** All are alive at once. Those that it holds lie between the others, so that what is freed is kept by malloc. */
    private static void inflate(byte[] packed, int held, int ended) {
        List<Inflater> mine = new ArrayList<>();
        // Two calls for each: zlib writes no window for what ends in one.
        byte[] piece = new byte[TEXT / 2 + 1];
        for (int i = 0; i < held + ended; i++) {
            Inflater inflater = new Inflater();
            inflater.setInput(packed);
            try {
                while (!inflater.finished()) inflater.inflate(piece);
            } catch (java.util.zip.DataFormatException error) {
                throw new AssertionError(error);
            }
            mine.add(inflater);
        }
        int every = (held + ended) / held;
        for (int i = 0; i < mine.size(); i++) {
            if (i % every != every - 1) mine.get(i).end();
        }
        synchronized (HELD) {
            for (int i = every - 1; i < mine.size(); i += every) HELD.add(mine.get(i));
        }
    }

    private static void grow(int mibPerSecond) throws InterruptedException {
        while (true) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
            for (int at = 0; at < buffer.capacity(); at += 4096) buffer.put(at, (byte) 1);
            BUFFERS.add(buffer);
            Thread.sleep(1000 / mibPerSecond);
        }
    }

    private static byte[] pack() {
        byte[] text = new byte[TEXT];
        new Random(17).nextBytes(text);
        Deflater deflater = new Deflater();
        deflater.setInput(text);
        deflater.finish();
        byte[] packed = new byte[TEXT * 2];
        int length = deflater.deflate(packed);
        deflater.end();
        return java.util.Arrays.copyOf(packed, length);
    }
}
