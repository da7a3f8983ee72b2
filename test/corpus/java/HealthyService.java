// SPDX-License-Identifier: MIT
import java.util.concurrent.CountDownLatch;
import java.util.zip.CRC32;

/** A service as it should be: some threads, a small heap in use, everything closed. */
final class HealthyService {
    /** As many as a small service's pool. */
    static final int THREADS = 13;
    /** Garbage for some young collections of a 64 MB heap. */
    static final int ROUNDS = 4099;
    static final int BLOCK = 16_381;
    static final CountDownLatch WORKED = new CountDownLatch(THREADS);
    static final CountDownLatch NEVER = new CountDownLatch(1);

    public static void main(String[] args) throws Exception {
        for (int i = 0; i < THREADS; i++) {
            Thread worker = new Thread(HealthyService::serve, "worker-" + i);
            worker.setDaemon(true);
            worker.start();
        }
        WORKED.await();
        Program.ready(0);
    }

    private static void serve() {
        CRC32 crc = new CRC32();
        for (int round = 0; round < ROUNDS; round++) crc.update(new byte[BLOCK]);
        WORKED.countDown();
        try {
            NEVER.await();
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }
}
