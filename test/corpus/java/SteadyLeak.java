// SPDX-License-Identifier: MIT
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import sun.misc.Unsafe;

/** A leak at a steady pace: `native`, `heap` or `buffers`, and how many MiB a minute. What is late is made up for, so that the pace is that on a busy machine too. */
final class SteadyLeak {
    static final int BLOCK = 16_381;
    static final int PAUSE_MS = 5;
    /** What has leaked before it is looked at, and at most: the machine's memory is not for leaking. */
    static final int BLOCKS_BEFORE = 4_999;
    static final int BLOCKS_AT_MOST = 65_537;
    static final List<Object> HELD = new ArrayList<>();

    public static void main(String[] args) throws Exception {
        Field field = Unsafe.class.getDeclaredField("theUnsafe");
        field.setAccessible(true);
        Unsafe unsafe = (Unsafe) field.get(null);
        long bytesPerMinute = Long.parseLong(args[1]) << 20;
        Runnable leak = leakOf(args[0], unsafe);
        for (int i = 0; i < BLOCKS_BEFORE; i++) leak.run();
        Thread leaking = new Thread(() -> run(leak, bytesPerMinute), "leaking");
        leaking.setDaemon(true);
        leaking.start();
        Program.readyGrowing(bytesPerMinute);
    }

    private static Runnable leakOf(String kind, Unsafe unsafe) {
        if (kind.equals("native")) return () -> unsafe.setMemory(unsafe.allocateMemory(BLOCK), BLOCK, (byte) 1);
        if (kind.equals("buffers")) return () -> HELD.add(ByteBuffer.allocateDirect(BLOCK));
        return () -> HELD.add(new byte[BLOCK]);
    }

    private static void run(Runnable leak, long bytesPerMinute) {
        long start = System.nanoTime();
        try {
            for (long leaked = 0; leaked < BLOCKS_AT_MOST; Thread.sleep(PAUSE_MS)) {
                long due = (long) ((System.nanoTime() - start) / 60e9 * bytesPerMinute / BLOCK);
                for (; leaked < due; leaked++) leak.run();
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }
}
