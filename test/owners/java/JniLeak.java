// SPDX-License-Identifier: MIT

/** A native library that loses blocks, on a thread that ends. */
final class JniLeak {
    static final int LOST = 3_001;
    static final int BYTES = 23_456;
    static final int PAGES_OF_STACK = 64;
    static int depth;

    private JniLeak() {}

    static native void lose(int count, int bytes);

    public static void main(String[] args) throws Exception {
        Malloc.load();
        Thread thread = new Thread(() -> lose(LOST, BYTES), "loses");
        thread.start();
        thread.join();
        Truth.ready(Truth.of("nobody", "nobody").ofSize(Truth.chunk(BYTES), LOST));
    }
}
