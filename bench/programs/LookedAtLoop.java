// SPDX-License-Identifier: MIT
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Inflater;

/**
 * A loop of requests over a Java heap of so many MiB in use, with Inflaters. Each request maps a MiB, writes into it and unmaps it, and makes some garbage. A line of stdin ends a
 * round: it answers with the requests since the last one, and with their latencies in nanoseconds: median, 99 % and the longest.
 */
public final class LookedAtLoop {
    private static final int BUFFER = 1 << 20;
    private static final int PAGE = 4096;
    private static final int MOST = 1 << 22;
    private static final List<Object> held = new ArrayList<>();
    private static final Map<Long, Object> entries = new HashMap<>();
    private static final sun.misc.Unsafe unsafe = unsafe();

    private static volatile boolean isRoundOver;
    private static volatile boolean isEnd;
    private static Object sink;

    public static void main(String[] arguments) throws Exception {
        fill(Long.parseLong(arguments[0]) << 20, Integer.parseInt(arguments[1]));
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        Thread reader = new Thread(() -> {
            try {
                while (lines.readLine() != null) isRoundOver = true;
            } catch (java.io.IOException gone) {
                // As its end.
            }
            isEnd = true;
        });
        reader.setDaemon(true);
        reader.start();
        long[] latencies = new long[MOST];
        System.out.println("ready");
        while (!isEnd) {
            int count = 0;
            do latencies[Math.min(count++, MOST - 1)] = request(); while (!isRoundOver && !isEnd);
            isRoundOver = false;
            if (!isEnd) tell(latencies, Math.min(count, MOST));
        }
    }

    private static long request() {
        long begun = System.nanoTime();
        long memory = unsafe.allocateMemory(BUFFER);
        for (int at = 0; at < BUFFER; at += PAGE) unsafe.putByte(memory + at, (byte) at);
        unsafe.freeMemory(memory);
        byte[][] garbage = new byte[16][];
        for (int index = 0; index < garbage.length; index++) garbage[index] = new byte[256];
        sink = garbage;
        return System.nanoTime() - begun;
    }

    private static void tell(long[] latencies, int count) {
        Arrays.sort(latencies, 0, count);
        System.out.println(count + " " + latencies[count / 2] + " " + latencies[(int) (count * 0.99)] + " " + latencies[count - 1]);
    }

    private static void fill(long wanted, int inflaters) {
        for (int index = 0; index < inflaters; index++) held.add(new Inflater());
        for (int index = 0; index < inflaters; index++) held.add(ByteBuffer.allocateDirect(512));
        Runtime runtime = Runtime.getRuntime();
        for (long key = 0; (key & 1023) != 0 || runtime.totalMemory() - runtime.freeMemory() < wanted; key++) {
            entries.put(key * 0x9e3779b97f4a7c15L, key % 4 == 0 ? new byte[(int) (key % 500)] : String.valueOf(key));
        }
        System.gc();
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
