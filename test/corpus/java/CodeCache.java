// SPDX-License-Identifier: MIT
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.reflect.Method;

/** Much compiled code: long methods that read an array over and over. To be run with -Xcomp, so that each call compiles. */
final class CodeCache {
    static final int METHODS = 2_801;
    /** Below the 8,000 bytes from which on HotSpot compiles no method. */
    static final int READS = 1_009;
    /** aload_0, swap, iaload: where to read next is what was read, so that no read can be left out. */
    static final byte[] READ = {0x2a, 0x5f, 0x2e};
    static final byte ILOAD_1 = 0x1b;
    static final int IRETURN = 0xac;

    public static void main(String[] args) throws Exception {
        ByteArrayOutputStream code = new ByteArrayOutputStream();
        code.write(ILOAD_1);
        for (int i = 0; i < READS; i++) code.write(READ);
        code.write(IRETURN);
        Class<?> compiled = new ClassBytes.Loader().define("Long", ClassBytes.withMethods("Long", METHODS, code.toByteArray()));
        int[] array = {1, 2, 0};
        for (int i = 0; i < METHODS; i++) {
            Method method = compiled.getMethod("m" + i, int[].class, int.class);
            if ((int) method.invoke(null, array, 0) != READS % array.length) throw new AssertionError(i);
        }
        Program.ready(codeBytes());
    }

    private static long codeBytes() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getName().startsWith("Code"))
                .mapToLong(CodeCache::mostUsed)
                .sum();
    }

    /** What was used once stays resident: JDK 21 throws out code that a collection finds to be called little. */
    private static long mostUsed(MemoryPoolMXBean pool) {
        return pool.getPeakUsage().getUsed();
    }
}
