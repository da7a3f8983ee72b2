// SPDX-License-Identifier: MIT
import java.lang.reflect.Field;
import sun.misc.Unsafe;

/** Native blocks that a cache of its own holds by Unsafe, which neither the JVM nor a Cleaner counts. */
final class UnsafeCache {
    static final int BLOCK = 65_521;
    static final int BLOCKS = 2_801;
    static final long[] HELD = new long[BLOCKS];

    public static void main(String[] args) throws Exception {
        Field field = Unsafe.class.getDeclaredField("theUnsafe");
        field.setAccessible(true);
        Unsafe unsafe = (Unsafe) field.get(null);
        for (int i = 0; i < BLOCKS; i++) {
            HELD[i] = unsafe.allocateMemory(BLOCK);
            unsafe.setMemory(HELD[i], BLOCK, (byte) 1);
        }
        Program.ready((long) BLOCKS * BLOCK);
    }
}
