// SPDX-License-Identifier: MIT

/** A native library that keeps blocks in a list of its own. */
final class JniStatic {
    static final int KEPT = 2_503;
    static final int BYTES = 30_011;
    /** Two pointers. */
    static final int ELEMENT = 16;

    private JniStatic() {}

    static native void keep(int count, int bytes);

    public static void main(String[] args) throws Exception {
        Malloc.load();
        keep(KEPT, BYTES);
        Truth.ready(Truth.of("library", "owners.so").blocks(1).bytes(KEPT * (Truth.chunk(BYTES) + Truth.chunk(ELEMENT))));
    }
}
