// SPDX-License-Identifier: MIT
import java.lang.reflect.Field;
import sun.misc.Unsafe;

/** Native blocks of three sizes that nobody frees, as many bytes of each in every round: a profiler that samples is to tell the same of each. */
final class KnownBlocks {
    static final int SMALL = 144;
    static final int MIDDLE = 1009;
    static final int LARGE = 300_007;
    static final int LARGE_A_ROUND = 3;
    static final int ROUNDS_AT_MOST = 211;
    static final int PAUSE_MS = 70;

    public static void main(String[] args) throws Exception {
        Field field = Unsafe.class.getDeclaredField("theUnsafe");
        field.setAccessible(true);
        Unsafe unsafe = (Unsafe) field.get(null);
        Thread leaking = new Thread(() -> run(unsafe), "leaking");
        leaking.setDaemon(true);
        leaking.start();
        Program.ready(0);
    }

    private static void run(Unsafe unsafe) {
        try {
            for (int round = 0; round < ROUNDS_AT_MOST; round++, Thread.sleep(PAUSE_MS)) {
                small(unsafe);
                middle(unsafe);
                large(unsafe);
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private static void small(Unsafe unsafe) {
        for (int bytes = 0; bytes < LARGE_A_ROUND * LARGE; bytes += SMALL) unsafe.allocateMemory(SMALL);
    }

    private static void middle(Unsafe unsafe) {
        for (int bytes = 0; bytes < LARGE_A_ROUND * LARGE; bytes += MIDDLE) unsafe.allocateMemory(MIDDLE);
    }

    private static void large(Unsafe unsafe) {
        for (int i = 0; i < LARGE_A_ROUND; i++) unsafe.allocateMemory(LARGE);
    }
}
