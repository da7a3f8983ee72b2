// SPDX-License-Identifier: MIT
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.StandardOpenOption;

/** Threads that each wrote a large heap buffer to a channel: the JDK keeps a direct buffer of that size for each of them. */
final class ThreadBuffers {
    static final int THREADS = 23;
    static final int BUFFER = 8_388_593;
    static int written;

    public static void main(String[] args) throws Exception {
        Thread[] threads = new Thread[THREADS];
        for (int i = 0; i < THREADS; i++) {
            threads[i] = new Thread(ThreadBuffers::write, "writer-" + i);
            threads[i].setDaemon(true);
        }
        Program.startAll(threads);
        synchronized (ThreadBuffers.class) {
            while (written < THREADS) ThreadBuffers.class.wait();
        }
        Program.ready((long) THREADS * BUFFER);
    }

    private static void write() {
        try {
            Path file = Paths.get("/dev/null");
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                writeOne(channel);
            }
            synchronized (ThreadBuffers.class) {
                written++;
                ThreadBuffers.class.notifyAll();
                for (;;) ThreadBuffers.class.wait();
            }
        } catch (java.io.IOException | InterruptedException error) {
            throw new IllegalStateException(error);
        }
    }

    private static synchronized void writeOne(FileChannel channel) throws java.io.IOException {
        byte[] content = new byte[BUFFER];
        channel.write(ByteBuffer.wrap(content));
    }
}
