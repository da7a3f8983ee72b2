// SPDX-License-Identifier: MIT
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Method;

/** C2 compiles methods that are far too large, and its arenas grow meanwhile. To be run with -Xcomp, -XX:-DontCompileHugeMethods and a large -XX:MaxNodeLimit. */
final class CompilesHugeMethod {
    static final int METHODS = 31;
    static final int LOOPS = 251;
    static final int READS_A_LOOP = 20;
    static volatile boolean isDone;

    public static void main(String[] args) throws Exception {
        Class<?> huge = new ClassBytes.Loader().define("Huge", ClassBytes.withMethods("Huge", METHODS, loops(LOOPS, READS_A_LOOP)));
        Thread caller = new Thread(() -> callAll(huge), "caller");
        caller.setDaemon(true);
        caller.start();
        awaitCompiler();
        Program.ready(0);
    }

    /** Until it is large, or has compiled all, or has given up. */
    private static void awaitCompiler() throws Exception {
        while (!isDone && rssBytes() < Long.getLong("rss.bytes", 250L << 20)) Thread.sleep(20);
    }

    private static long rssBytes() throws IOException {
        byte[] statm = java.nio.file.Files.readAllBytes(java.nio.file.Paths.get("/proc/self/statm"));
        return Long.parseLong(new String(statm).split(" ")[1]) * Program.PAGE;
    }

    private static void callAll(Class<?> huge) {
        try {
            for (int i = 0; i < METHODS; i++) {
                Method method = huge.getMethod("m" + i, int[].class, int.class);
                // The first call compiles it.
                method.invoke(null, new int[] {1, 2, 3, 4}, 4);
            }
            isDone = true;
        } catch (ReflectiveOperationException error) {
            throw new IllegalStateException(error);
        }
    }

    /** s = 0; then over and over: for (i = 0; i < n; i++) s += a[i] + a[i] + …; return s. Locals: 0 a, 1 n, 2 s, 3 i. */
    static byte[] loops(int loops, int reads) throws IOException {
        ByteArrayOutputStream code = new ByteArrayOutputStream();
        code.write(new byte[] {0x03, 0x3d});
        for (int loop = 0; loop < loops; loop++) {
            code.write(new byte[] {0x03, 0x3e});
            int top = code.size();
            for (int read = 0; read < reads; read++) code.write(new byte[] {0x2a, 0x1d, 0x2e, 0x1c, 0x60, 0x3d});
            code.write(new byte[] {(byte) 0x84, 3, 1, 0x1d, 0x1b});
            int jump = top - code.size();
            code.write(new byte[] {(byte) 0xa1, (byte) (jump >> 8), (byte) jump});
        }
        code.write(new byte[] {0x1c, (byte) 0xac});
        return code.toByteArray();
    }
}
