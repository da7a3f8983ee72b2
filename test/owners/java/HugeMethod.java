// SPDX-License-Identifier: MIT

/** C2 compiles a method that is far too large, in arenas that are blocks of malloc. Started as CompilesHugeMethod is, whose work this is. */
final class HugeMethod {
    static final long LEAST = 150L << 20;
    static volatile boolean isDone;

    public static void main(String[] args) throws Exception {
        Malloc.load();
        byte[] code = CompilesHugeMethod.loops(CompilesHugeMethod.LOOPS, CompilesHugeMethod.READS_A_LOOP);
        Class<?> huge = new ClassBytes.Loader().define("Huge", ClassBytes.withMethods("Huge", CompilesHugeMethod.METHODS, code));
        long before = Malloc.bytesInUse();
        Thread caller = new Thread(() -> callAll(huge), "caller");
        caller.setDaemon(true);
        caller.start();
        while (!isDone && Malloc.bytesInUse() - before < LEAST) Thread.sleep(20);
        // It goes on meanwhile: what it gives back and takes again is the JVM's for that time.
        Truth.ready(Truth.of("thread", "C2 CompilerThread0").atLeast(isDone ? 0 : LEAST / 8));
    }

    private static void callAll(Class<?> huge) {
        try {
            for (int i = 0; i < CompilesHugeMethod.METHODS; i++) {
                huge.getMethod("m" + i, int[].class, int.class).invoke(null, new int[] {1, 2, 3, 4}, 4);
            }
            isDone = true;
        } catch (ReflectiveOperationException error) {
            throw new IllegalStateException(error);
        }
    }
}
