// SPDX-License-Identifier: MIT
import java.lang.reflect.Field;
import sun.misc.Unsafe;

/** Batches of native blocks that are freed when the batch is done: it rises for some seconds, and falls, over and over. */
final class Sawtooth {
    static final int BLOCK = 65_521;
    static final int BLOCKS = 701;
    static final int PAUSE_MS = 7;

    public static void main(String[] args) throws Exception {
        Field field = Unsafe.class.getDeclaredField("theUnsafe");
        field.setAccessible(true);
        Unsafe unsafe = (Unsafe) field.get(null);
        Thread worker = new Thread(() -> work(unsafe), "batches");
        worker.setDaemon(true);
        worker.start();
        Program.ready(0);
    }

    private static void work(Unsafe unsafe) {
        long[] batch = new long[BLOCKS];
        try {
            for (;;) {
                for (int i = 0; i < BLOCKS; i++, Thread.sleep(PAUSE_MS)) {
                    batch[i] = unsafe.allocateMemory(BLOCK);
                    unsafe.setMemory(batch[i], BLOCK, (byte) 1);
                }
                for (long block : batch) unsafe.freeMemory(block);
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }
}
