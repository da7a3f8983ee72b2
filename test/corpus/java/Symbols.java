// SPDX-License-Identifier: MIT

/** Classes with millions of names among them, as generated code has: the JVM keeps a symbol of each. */
final class Symbols {
    static final int CLASSES = 17;
    static final ClassBytes.Loader LOADER = new ClassBytes.Loader();
    static final Class<?>[] HELD = new Class<?>[CLASSES];

    public static void main(String[] args) throws Exception {
        for (int i = 0; i < CLASSES; i++) {
            String prefix = "a.name.that.is.as.long.as.those.of.generated.code.are.in.module" + i + ".of";
            HELD[i] = LOADER.define("Names" + i, ClassBytes.withStrings("Names" + i, prefix, ClassBytes.MOST_STRINGS));
        }
        Program.ready(0);
    }
}
