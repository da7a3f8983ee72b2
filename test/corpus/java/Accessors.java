// SPDX-License-Identifier: MIT
import java.lang.reflect.Method;

/** Methods that are called by reflection so often that the JDK, before 22, makes an accessor for each: a class in a loader of its own. */
final class Accessors {
    static final int CLASSES = 5;
    static final int METHODS = 4_001;
    /** The JDK makes one at the 16th: sun.reflect.inflationThreshold. */
    static final int CALLS = 17;
    /** iconst_1; ireturn. */
    private static final byte[] ONE = {0x04, (byte) 0xac};

    public static void main(String[] args) throws Exception {
        ClassBytes.Loader loader = new ClassBytes.Loader();
        long sum = 0;
        for (int number = 0; number < CLASSES; number++) {
            String name = "Bean" + number;
            Class<?> bean = loader.define(name, ClassBytes.withMethods(name, METHODS, ONE));
            for (Method method : bean.getDeclaredMethods()) {
                for (int call = 0; call < CALLS; call++) sum += (Integer) method.invoke(null, null, 0);
            }
        }
        if (sum != (long) CLASSES * METHODS * CALLS) throw new AssertionError(sum);
        Program.ready(Program.metaspaceBytes());
    }
}
