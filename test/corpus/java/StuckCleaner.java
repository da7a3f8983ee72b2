// SPDX-License-Identifier: MIT
import java.lang.ref.Cleaner;
import java.lang.reflect.Field;
import java.util.concurrent.CountDownLatch;
import sun.misc.Unsafe;

/** A library's own Cleaner whose thread waits in the first action for a latch that nobody opens: the native blocks of the others are never freed. */
final class StuckCleaner {
    static final int OBJECTS = 1_499;
    static final int BLOCK = 120_011;
    static final CountDownLatch NEVER = new CountDownLatch(1);
    static final CountDownLatch STUCK = new CountDownLatch(1);
    static final Cleaner CLEANER = Cleaner.create();

    public static void main(String[] args) throws Exception {
        Field field = Unsafe.class.getDeclaredField("theUnsafe");
        field.setAccessible(true);
        Unsafe unsafe = (Unsafe) field.get(null);
        for (int i = 0; i < OBJECTS; i++) make(unsafe);
        System.gc();
        STUCK.await();
        Program.ready((long) OBJECTS * BLOCK);
    }

    private static void make(Unsafe unsafe) {
        long block = unsafe.allocateMemory(BLOCK);
        unsafe.setMemory(block, BLOCK, (byte) 1);
        CLEANER.register(new Object(), () -> free(unsafe, block));
    }

    private static void free(Unsafe unsafe, long block) {
        STUCK.countDown();
        try {
            NEVER.await();
            unsafe.freeMemory(block);
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }
}
