// SPDX-License-Identifier: MIT
import java.util.concurrent.CountDownLatch;

/** Threads that are started for a task each, and never end: they wait for one more. */
final class ThreadLeak {
    static final int THREADS_AT_MOST = 4001;
    static final int PAUSE_MS = 37;
    /** Of calls, so that the stack is that of an application. */
    static final int DEPTH = 211;

    public static void main(String[] args) throws Exception {
        Thread starting = new Thread(ThreadLeak::startThem, "starting");
        starting.setDaemon(true);
        starting.start();
        Program.ready(0);
    }

    private static void startThem() {
        CountDownLatch never = new CountDownLatch(1);
        try {
            for (int i = 0; i < THREADS_AT_MOST; i++, Thread.sleep(PAUSE_MS)) {
                Thread task = new Thread(() -> call(DEPTH, never), "task-" + i);
                task.setDaemon(true);
                task.start();
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private static long call(int depth, CountDownLatch never) {
        if (depth > 0) return call(depth - 1, never) + depth;
        try {
            never.await();
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }
}
