// SPDX-License-Identifier: MIT

/** Classes with millions of names among them, as generated code has: the JVM keeps a symbol of each. */
final class Symbols {
    static final ClassBytes.Loader LOADER = new ClassBytes.Loader();
    static Class<?>[] held = new Class<?>[17];

    /** [CLASSES], 17 by default. */
    public static void main(String[] args) throws Exception {
        if (args.length > 0) held = new Class<?>[Integer.parseInt(args[0])];
        for (int i = 0; i < held.length; i++) {
            String prefix = "a.name.that.is.as.long.as.those.of.generated.code.are.in.module" + i + ".of";
            held[i] = LOADER.define("Names" + i, ClassBytes.withStrings("Names" + i, prefix, ClassBytes.MOST_STRINGS));
        }
        Program.ready(0);
    }
}
