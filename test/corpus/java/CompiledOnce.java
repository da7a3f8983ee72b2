// SPDX-License-Identifier: MIT
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Method;

/**
 * C2 has compiled a few methods that are far too large, and has nothing more to do: it freed its arenas, and malloc keeps them. To be run with -Xcomp, so that who
 * calls a method waits for its compilation, -XX:-DontCompileHugeMethods and a large -XX:MaxNodeLimit.
 */
final class CompiledOnce {
    static final int METHODS = 3;
    static final int LOOPS = 101;
    static final int READS_A_LOOP = 20;
    /** A periodic task of the JVM empties its pools of chunks every 5 seconds; twice that, and a bit. */
    static final int POOLS_ARE_EMPTY_MS = 11_003;
    static final int READ = 3;

    public static void main(String[] args) throws Exception {
        Class<?> huge = new ClassBytes.Loader().define("Huge", ClassBytes.withMethods("Huge", METHODS, loops()));
        long sum = 0;
        for (int i = 0; i < METHODS; i++) {
            Method method = huge.getMethod("m" + i, int[].class, int.class);
            sum += (Integer) method.invoke(null, new int[] {READ}, 1);
        }
        if (sum != (long) METHODS * LOOPS * READS_A_LOOP * READ) throw new AssertionError(sum);
        Thread.sleep(POOLS_ARE_EMPTY_MS);
        Program.ready(0);
    }

    /** s = 0; then over and over: for (i = 0; i < n; i++) s += a[i], a few times; return s. Locals: 0 a, 1 n, 2 s, 3 i. */
    private static byte[] loops() throws IOException {
        ByteArrayOutputStream code = new ByteArrayOutputStream();
        code.write(new byte[] {0x03, 0x3d});
        for (int loop = 0; loop < LOOPS; loop++) {
            code.write(new byte[] {0x03, 0x3e});
            int top = code.size();
            for (int read = 0; read < READS_A_LOOP; read++) code.write(new byte[] {0x2a, 0x1d, 0x2e, 0x1c, 0x60, 0x3d});
            code.write(new byte[] {(byte) 0x84, 3, 1, 0x1d, 0x1b});
            int jump = top - code.size();
            code.write(new byte[] {(byte) 0xa1, (byte) (jump >> 8), (byte) jump});
        }
        code.write(new byte[] {0x1c, (byte) 0xac});
        return code.toByteArray();
    }
}
