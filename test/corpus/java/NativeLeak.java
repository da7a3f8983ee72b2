// SPDX-License-Identifier: MIT
import java.lang.reflect.Field;
import sun.misc.Unsafe;

/** A leak of native memory: it grows as long as the program runs, and no GC can help. */
final class NativeLeak {
    /** Below the threshold of mmap: the blocks are in an arena. */
    static final int BLOCK = 65_521;
    /** 13 MB a second. */
    static final int PAUSE_MS = 5;
    /** What has leaked before it is looked at. */
    static final int BLOCKS_BEFORE = 499;
    /** The machine's memory is not for leaking: 1 GB. */
    static final int BLOCKS_AT_MOST = 16_381;

    public static void main(String[] args) throws Exception {
        Field field = Unsafe.class.getDeclaredField("theUnsafe");
        field.setAccessible(true);
        Unsafe unsafe = (Unsafe) field.get(null);
        for (int i = 0; i < BLOCKS_BEFORE; i++) leak(unsafe);
        Thread leaking = new Thread(() -> run(unsafe), "leaking");
        leaking.setDaemon(true);
        leaking.start();
        Program.ready(0);
    }

    private static void run(Unsafe unsafe) {
        try {
            for (int i = BLOCKS_BEFORE; i < BLOCKS_AT_MOST; i++) {
                leak(unsafe);
                Thread.sleep(PAUSE_MS);
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private static void leak(Unsafe unsafe) {
        unsafe.setMemory(unsafe.allocateMemory(BLOCK), BLOCK, (byte) 1);
    }
}
