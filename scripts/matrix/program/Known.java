// SPDX-License-Identifier: MIT
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * A program of which is known what it holds, on each JDK from 8: direct buffers and Inflaters that are held, Inflaters that wait for a collection, free memory
 * that malloc keeps, and threads. Each number is a prime.
 */
final class Known {
    static final int BUFFERS = 211;
    static final int BUFFER_BYTES = 65_537;
    static final int HELD = 1_009;
    static final int DROPPED = 2_003;
    static final int ENDED_A_THREAD = 499;
    static final int ENDING_THREADS = 3;
    static final int PARKED_THREADS = 31;
    static final int VIRTUAL_THREADS = 1_013;

    private static final int INPUT_BYTES = 4_099;
    private static final int OUTPUT_BYTES = 8_192;
    private static final byte[] COMPRESSED = compress();
    /** One for all: garbage would bring a collection about. What is in it nobody reads. */
    private static final byte[] OUTPUT = new byte[INPUT_BYTES / 2];

    static final List<ByteBuffer> BUFFERS_HELD = new ArrayList<>();
    static final List<Inflater> INFLATERS_HELD = new ArrayList<>();

    private Known() {}

    public static void main(String[] args) throws Exception {
        boolean isVirtual = args.length > 0 && args[0].equals("virtual");
        for (int i = 0; i < BUFFERS; i++) BUFFERS_HELD.add(touched(ByteBuffer.allocateDirect(BUFFER_BYTES)));
        for (int i = 0; i < HELD - ENDING_THREADS; i++) INFLATERS_HELD.add(used());
        CountDownLatch ended = new CountDownLatch(ENDING_THREADS);
        for (int i = 0; i < ENDING_THREADS; i++) start("ending-" + i, () -> {
            endMany();
            ended.countDown();
        });
        for (int i = 0; i < PARKED_THREADS; i++) start("parked-" + i, () -> {});
        ended.await();
        if (isVirtual) startVirtual();
        Thread dropping = new Thread(() -> {
            for (int i = 0; i < DROPPED; i++) used();
        }, "dropping");
        dropping.start();
        dropping.join();
        boolean stays = args.length > 0 && args[0].equals("stay");
        System.out.println((stays ? "ready" : "@phase ready") + " pid=" + pid());
        System.out.flush();
        if (stays) park();
        while (System.in.read() >= 0) {}
        System.out.println("@done ok");
    }

    /** The last one is held, so that what is free lies between blocks in use, where a trim finds it. */
    private static void endMany() {
        List<Inflater> all = new ArrayList<>();
        for (int i = 0; i < ENDED_A_THREAD; i++) all.add(used());
        Inflater last = used();
        for (Inflater each : all) each.end();
        synchronized (INFLATERS_HELD) {
            INFLATERS_HELD.add(last);
        }
    }

    private static void start(String name, Runnable first) {
        Thread thread = new Thread(() -> {
            first.run();
            park();
        }, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void park() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    /** By reflection: the source is of Java 8. */
    private static void startVirtual() throws Exception {
        Method startVirtualThread = Thread.class.getMethod("startVirtualThread", Runnable.class);
        CountDownLatch started = new CountDownLatch(VIRTUAL_THREADS);
        for (int i = 0; i < VIRTUAL_THREADS; i++) {
            startVirtualThread.invoke(null, (Runnable) () -> {
                started.countDown();
                park();
            });
        }
        started.await();
    }

    private static ByteBuffer touched(ByteBuffer buffer) {
        while (buffer.hasRemaining()) buffer.put((byte) 1);
        return buffer;
    }

    /** With its window: zlib takes that when it has put out the first bytes. */
    private static Inflater used() {
        try {
            Inflater inflater = new Inflater();
            inflater.setInput(COMPRESSED);
            inflater.inflate(OUTPUT);
            return inflater;
        } catch (java.util.zip.DataFormatException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static byte[] compress() {
        Deflater deflater = new Deflater();
        deflater.setInput(new byte[INPUT_BYTES]);
        deflater.finish();
        byte[] output = new byte[OUTPUT_BYTES];
        int length = deflater.deflate(output);
        deflater.end();
        return java.util.Arrays.copyOf(output, length);
    }

    /** As the JVM sees it. */
    private static String pid() {
        return java.lang.management.ManagementFactory.getRuntimeMXBean().getName().replaceFirst("@.*", "");
    }
}
