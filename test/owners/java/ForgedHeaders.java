// SPDX-License-Identifier: MIT
import java.lang.reflect.Field;
import java.net.URL;
import java.nio.ByteBuffer;
import sun.misc.Unsafe;

/**
 * Numbers that look like the header of an array, right before objects that hold addresses: an array of references that would have all of these objects, and one of bytes that would go on
 * behind the heap. Nothing but numbers is before them for more than a KiB.
 */
final class ForgedHeaders {
    static final int CAPACITY = 5_003;
    static final int BUFFERS = 211;
    static final int NUMBERS = 4_000;
    static final int REFERENCES = 30_011;
    static final int BYTES = 1_000_000_007;
    static final long UNLOCKED = 1;
    static final int KLASS_OFFSET = 8;
    static final Object[] HELD = new Object[2 * BUFFERS];

    public static void main(String[] args) throws Exception {
        Field field = Unsafe.class.getDeclaredField("theUnsafe");
        field.setAccessible(true);
        Unsafe unsafe = (Unsafe) field.get(null);
        // Compressed: the klass and the length are a word together.
        long[] headers = {headerOf(unsafe, new URL[1], REFERENCES), headerOf(unsafe, new byte[1], BYTES)};
        int last = Unsafe.ARRAY_BYTE_BASE_OFFSET + NUMBERS - 16;
        for (int i = 0; i < BUFFERS; i++) {
            byte[] numbers = new byte[NUMBERS];
            HELD[2 * i + 1] = ByteBuffer.allocateDirect(CAPACITY);
            unsafe.putLong(numbers, last, UNLOCKED);
            unsafe.putLong(numbers, last + 8, headers[i % headers.length]);
            HELD[2 * i] = numbers;
        }
        Truth.ready(
                Truth.of("java", "java.nio.DirectByteBuffer")
                        .objects(BUFFERS)
                        .blocks(BUFFERS)
                        .bytes(BUFFERS * Truth.chunk(CAPACITY)));
    }

    private static long headerOf(Unsafe unsafe, Object array, int length) {
        return (unsafe.getInt(array, KLASS_OFFSET) & 0xffff_ffffL) | (long) length << 32;
    }
}
