// SPDX-License-Identifier: MIT

/** Keys that are interned, as some parsers do: each has a String, its bytes, and an entry of the JVM's table beside the heap. */
final class InternedStrings {
    static final int STRINGS = 1_500_007;
    static final String[] HELD = new String[STRINGS];

    public static void main(String[] args) throws Exception {
        for (int i = 0; i < STRINGS; i++) HELD[i] = ("key of a record with the number " + i).intern();
        Runtime runtime = Runtime.getRuntime();
        System.gc();
        Program.ready(runtime.totalMemory() - runtime.freeMemory());
    }
}
