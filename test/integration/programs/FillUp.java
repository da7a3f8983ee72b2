import java.lang.reflect.Field;
import sun.misc.Unsafe;

/** Allocates native blocks and touches them until the kernel kills it, and says before each how many there are. */
final class FillUp {
    /** Below the threshold of mmap, and prime: each is a block of 64 KiB to the meter's count by size. */
    static final int BLOCK = 65_521;

    private FillUp() {}

    public static void main(String[] args) throws Exception {
        Field field = Unsafe.class.getDeclaredField("theUnsafe");
        field.setAccessible(true);
        Unsafe unsafe = (Unsafe) field.get(null);
        Thread filler = new Thread(() -> fill(unsafe), "filler");
        filler.start();
        filler.join();
    }

    /** For who is to see it grow: -Dpause=MS. */
    private static void pause() {
        try {
            Thread.sleep(Integer.getInteger("pause", 0));
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private static void fill(Unsafe unsafe) {
        for (int blocks = 0; ; blocks++) {
            System.out.println(blocks);
            pause();
            unsafe.setMemory(unsafe.allocateMemory(BLOCK), BLOCK, (byte) 1);
        }
    }
}
