// SPDX-License-Identifier: MIT
import java.util.zip.Inflater;

/** Queries that read compressed columns in many threads, and end each Inflater: nothing is held, and each thread's arena keeps what was freed. */
final class ArenaInflaters {
    static final int THREADS = 37;
    static final int AT_ONCE = 151;

    public static void main(String[] args) throws Exception {
        byte[] packed = WaitingForGc.pack();
        Thread[] threads = new Thread[THREADS];
        java.util.concurrent.CountDownLatch done = new java.util.concurrent.CountDownLatch(THREADS);
        for (int i = 0; i < THREADS; i++) {
            threads[i] = new Thread(() -> query(packed, done), "query-" + i);
            threads[i].setDaemon(true);
        }
        Program.startAll(threads);
        done.await();
        Program.ready(0);
    }

    private static void query(byte[] packed, java.util.concurrent.CountDownLatch done) {
        byte[] piece = new byte[WaitingForGc.TEXT / 2 + 1];
        try {
            Inflater[] columns = new Inflater[AT_ONCE];
            for (int i = 0; i < AT_ONCE; i++) {
                columns[i] = new Inflater();
                columns[i].setInput(packed);
                while (!columns[i].finished()) columns[i].inflate(piece);
            }
            for (Inflater column : columns) column.end();
            done.countDown();
            Thread.sleep(Long.MAX_VALUE);
        } catch (java.util.zip.DataFormatException | InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }
}
