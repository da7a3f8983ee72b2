// SPDX-License-Identifier: MIT
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
        Class<?> huge = new ClassBytes.Loader().define("Huge", ClassBytes.withMethods("Huge", METHODS, CompilesHugeMethod.loops(LOOPS, READS_A_LOOP)));
        long sum = 0;
        for (int i = 0; i < METHODS; i++) {
            Method method = huge.getMethod("m" + i, int[].class, int.class);
            sum += (Integer) method.invoke(null, new int[] {READ}, 1);
        }
        if (sum != (long) METHODS * LOOPS * READS_A_LOOP * READ) throw new AssertionError(sum);
        Thread.sleep(POOLS_ARE_EMPTY_MS);
        Program.ready(0);
    }
}
