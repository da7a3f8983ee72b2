// SPDX-License-Identifier: MIT
import java.util.concurrent.CountDownLatch;
import java.util.zip.Deflater;

/** Objects with Deflaters that their finalizers would end. The first finalizer waits for a lock that nobody gives back, and the others behind it. */
final class StuckFinalizer {
    static final int OBJECTS = 701;
    static final int TEXT = 131_071;
    static final long BYTES_OF_ONE = 268_096;
    static final CountDownLatch NEVER = new CountDownLatch(1);
    static final CountDownLatch STUCK = new CountDownLatch(1);

    static final class Connection {
        private final Deflater deflater = new Deflater(Deflater.BEST_SPEED);

        Connection(byte[] text, byte[] packed) {
            deflater.setInput(text);
            deflater.deflate(packed);
        }

        @Override
        @SuppressWarnings("removal")
        protected void finalize() throws InterruptedException {
            STUCK.countDown();
            NEVER.await();
            deflater.end();
        }
    }

    public static void main(String[] args) throws Exception {
        byte[] text = new byte[TEXT];
        new java.util.Random(TEXT).nextBytes(text);
        byte[] packed = new byte[2 * TEXT];
        for (int i = 0; i < OBJECTS; i++) new Connection(text, packed);
        System.gc();
        STUCK.await();
        Program.ready(BYTES_OF_ONE * OBJECTS);
    }
}
