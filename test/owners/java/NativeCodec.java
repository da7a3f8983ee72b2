// SPDX-License-Identifier: MIT

/** What a library of one's own gives out: the address of a structure that has two blocks more. */
public final class NativeCodec {
    public static final int CONTENT = 20_011;
    /** Three pointers' worth. */
    static final int STRUCTURE = 24;

    final long handle;

    NativeCodec() {
        handle = make(CONTENT);
    }

    static long bytesOfOne() {
        return Truth.chunk(STRUCTURE) + Truth.chunk(CONTENT) + Truth.chunk(CONTENT / 2);
    }

    public static native long make(int bytes);
}
