// SPDX-License-Identifier: MIT
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.Random;

/**
 * Requests that allocate and free native memory, beside so many MiB that are free. A line of stdin, a line of stdout: `fill` allocates the memory on FILLERS threads, which end, and frees all
 * but one block in KEPT; `run` begins a round of requests on one thread, which gets one of their arenas, and the next line ends it. It answers with the requests and their latencies in
 * nanoseconds: median, 99 % and the longest.
 */
public final class GiveBackLoop {
    private static final int FILLERS = 4;
    private static final int LEAST = 1024;
    private static final int MOST = 32768;
    private static final int KEPT = 64;
    private static final int BLOCKS_A_REQUEST = 32;
    private static final int LONGEST_ROUND = 1 << 21;
    private static final sun.misc.Unsafe unsafe = unsafe();
    private static final long[] latencies = new long[LONGEST_ROUND];
    private static final long[][] blocks = new long[FILLERS][];
    private static volatile boolean isRoundOver;
    private static int requests;

    public static void main(String[] arguments) throws Exception {
        long bytes = Long.parseLong(arguments[0]) << 20;
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        Arrays.fill(latencies, 1);
        System.out.println("ready");
        for (String line; (line = lines.readLine()) != null; ) {
            if (line.equals("fill")) {
                free();
                fill(bytes);
                freeMost();
                System.out.println("filled");
            } else {
                isRoundOver = false;
                Thread requester = new Thread(GiveBackLoop::round);
                requester.start();
                lines.readLine();
                isRoundOver = true;
                requester.join();
                tell();
            }
        }
    }

    private static void fill(long bytes) throws InterruptedException {
        Thread[] fillers = new Thread[FILLERS];
        for (int filler = 0; filler < FILLERS; filler++) {
            int number = filler;
            fillers[filler] = new Thread(() -> blocks[number] = allocate(bytes / FILLERS, number));
            fillers[filler].start();
        }
        for (Thread filler : fillers) filler.join();
    }

    private static long[] allocate(long bytes, int seed) {
        Random random = new Random(seed);
        long[] own = new long[(int) (bytes / LEAST)];
        int count = 0;
        for (long left = bytes; left > 0; count++) {
            int size = LEAST + random.nextInt(MOST - LEAST);
            own[count] = unsafe.allocateMemory(size);
            unsafe.setMemory(own[count], size, (byte) 1);
            left -= size;
        }
        return Arrays.copyOf(own, count);
    }

    private static void free() {
        for (long[] own : blocks) {
            if (own != null) for (int index = 0; index < own.length; index += KEPT) unsafe.freeMemory(own[index]);
        }
        Arrays.fill(blocks, null);
    }

    private static void freeMost() {
        for (long[] own : blocks) {
            for (int index = 0; index < own.length; index++) if (index % KEPT != 0) unsafe.freeMemory(own[index]);
        }
    }

    private static void round() {
        Random random = new Random(1);
        long[] held = new long[BLOCKS_A_REQUEST];
        for (requests = 0; !isRoundOver && requests < LONGEST_ROUND; requests++) {
            long begun = System.nanoTime();
            for (int index = 0; index < held.length; index++) {
                held[index] = unsafe.allocateMemory(32 + random.nextInt(MOST));
                unsafe.putByte(held[index], (byte) 1);
            }
            for (long block : held) unsafe.freeMemory(block);
            latencies[requests] = System.nanoTime() - begun;
        }
    }

    private static void tell() {
        Arrays.sort(latencies, 0, requests);
        System.out.println(requests + " " + latencies[requests / 2] + " " + latencies[(int) (requests * 0.99)] + " " + latencies[requests - 1]);
    }

    private static sun.misc.Unsafe unsafe() {
        try {
            Field field = sun.misc.Unsafe.class.getDeclaredField("theUnsafe");
            field.setAccessible(true);
            return (sun.misc.Unsafe) field.get(null);
        } catch (ReflectiveOperationException missing) {
            throw new AssertionError(missing);
        }
    }
}
