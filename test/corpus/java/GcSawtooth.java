// SPDX-License-Identifier: MIT
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;

/** Direct buffers that nobody keeps, beside garbage: each collection frees them, and until the next one they are more and more. */
final class GcSawtooth {
    static final int BUFFER = 65_521;
    static final int GARBAGE = 40_009;
    static final int PAUSE_MS = 7;
    /** It is looked at after so many collections. */
    static final int COLLECTIONS = 2;
    static volatile Object last;

    public static void main(String[] args) throws Exception {
        Thread worker = new Thread(GcSawtooth::work, "requests");
        worker.setDaemon(true);
        worker.start();
        GarbageCollectorMXBean young = ManagementFactory.getGarbageCollectorMXBeans().get(0);
        while (young.getCollectionCount() < COLLECTIONS) Thread.sleep(PAUSE_MS);
        Program.ready(0);
    }

    private static void work() {
        try {
            for (;; Thread.sleep(PAUSE_MS)) {
                last = ByteBuffer.allocateDirect(BUFFER);
                last = new byte[GARBAGE];
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }
}
