// SPDX-License-Identifier: MIT

/** Keys that are interned, as some parsers do: each has a String, its bytes, and an entry of the JVM's table beside the heap. */
final class InternedStrings {
    static String[] held = new String[1_500_007];

    /** [STRINGS], 1,500,007 by default. */
    public static void main(String[] args) throws Exception {
        if (args.length > 0) held = new String[Integer.parseInt(args[0])];
        for (int i = 0; i < held.length; i++) held[i] = ("key of a record with the number " + i).intern();
        Runtime runtime = Runtime.getRuntime();
        System.gc();
        Program.ready(runtime.totalMemory() - runtime.freeMemory());
    }
}
