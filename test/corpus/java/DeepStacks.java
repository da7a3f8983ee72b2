// SPDX-License-Identifier: MIT

/** Threads that once recursed deeply: the pages of their stacks stay resident as long as they live. */
final class DeepStacks {
    static final int THREADS = 211;
    /** A frame takes some 100 bytes, compiled or not: more than half of the default 1 MB. */
    static final int DEPTH = 6_007;
    static final Object GATE = new Object();
    static int recursed;

    public static void main(String[] args) throws Exception {
        Thread[] threads = new Thread[THREADS];
        for (int i = 0; i < THREADS; i++) {
            threads[i] = new Thread(DeepStacks::work, "deep-" + i);
            threads[i].setDaemon(true);
        }
        Program.startAll(threads);
        synchronized (GATE) {
            while (recursed < THREADS) GATE.wait();
        }
        Program.ready(0);
    }

    private static void work() {
        long sum = recurse(DEPTH, 1, 2, 3);
        synchronized (GATE) {
            if (sum > 0) recursed++;
            GATE.notifyAll();
            try {
                for (;;) GATE.wait();
            } catch (InterruptedException end) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static long recurse(int depth, long a, long b, long c) {
        return depth == 0 ? a + b + c : 1 + recurse(depth - 1, b, c, a) + a * depth;
    }
}
