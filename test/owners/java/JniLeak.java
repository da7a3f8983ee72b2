// SPDX-License-Identifier: MIT

/** A native library that loses blocks, on a thread that ends. */
final class JniLeak {
    static final int LOST = 3_001;
    static final int BYTES = 23_456;
    static final int OTHERS = 64;

    private JniLeak() {}

    static native void lose(int count, int bytes);

    /** Stacks and malloc itself may keep addresses of the first block and the last. */
    private static void loseAll() {
        lose(OTHERS, BYTES / 2);
        lose(LOST, BYTES);
        lose(OTHERS, BYTES / 2);
    }

    public static void main(String[] args) throws Exception {
        Malloc.load();
        Thread thread = new Thread(JniLeak::loseAll, "loses");
        thread.start();
        thread.join();
        Truth.ready(Truth.of("nobody", "nobody").mostOfSize(Truth.chunk(BYTES), LOST));
    }
}
