// SPDX-License-Identifier: MIT

/** A library of one's own that keeps a native block for each request, and never frees one. */
final class JniCache {
    static final int REQUESTS = 2_503;

    private JniCache() {}

    /** Keeps a block, and tells its size. */
    private static native long keep(int request);

    public static void main(String[] args) throws Exception {
        System.load(args[0]);
        long bytes = 0;
        for (int i = 0; i < REQUESTS; i++) bytes += keep(i);
        Program.ready(bytes);
    }
}
