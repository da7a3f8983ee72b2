// SPDX-License-Identifier: MIT
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;

/** Each thread has a codec of its own in a thread-local, and the buffer that the JDK keeps for it. */
final class ThreadLocals {
    static final int THREADS = 43;
    static final int CODECS = 29;
    static final int BUFFER = 1_000_003;
    static final ThreadLocal<NativeCodec[]> OWN = ThreadLocal.withInitial(() -> new NativeCodec[CODECS]);
    static final CountDownLatch DONE = new CountDownLatch(THREADS);
    static final CountDownLatch NEVER = new CountDownLatch(1);

    public static void main(String[] args) throws Exception {
        Malloc.load();
        for (int i = 0; i < THREADS; i++) {
            Thread thread = new Thread(ThreadLocals::work, "worker-" + i);
            thread.setDaemon(true);
            thread.start();
        }
        DONE.await();
        long codecs = THREADS * CODECS;
        Truth.ready(
                Truth.of("java", "NativeCodec").objects(codecs).blocks(codecs).bytes(codecs * NativeCodec.bytesOfOne()),
                Truth.of("java", "java.nio.DirectByteBuffer").objects(THREADS).blocks(THREADS).bytes(THREADS * Truth.chunk(BUFFER)));
    }

    private static void work() {
        try (FileChannel channel = FileChannel.open(Path.of("/dev/null"), StandardOpenOption.WRITE)) {
            for (int i = 0; i < CODECS; i++) OWN.get()[i] = new NativeCodec();
            channel.write(ByteBuffer.wrap(new byte[BUFFER]));
            DONE.countDown();
            NEVER.await();
        } catch (java.io.IOException | InterruptedException error) {
            throw new IllegalStateException(error);
        }
    }
}
