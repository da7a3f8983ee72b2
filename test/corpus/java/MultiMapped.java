// SPDX-License-Identifier: MIT
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A heap in use on ZGC, which before JDK 21 maps each page of it three times: RSS counts it three times, and the machine has it once. */
final class MultiMapped {
    static final int BLOCK = 131_071;
    static final int BLOCKS = 809;
    static final long BYTES = (long) BLOCKS * BLOCK;
    /** At most; each of them gives the pointers other colours, and with these another view of the heap to a program at work. */
    static final int CYCLES = 101;
    static final byte[][] HELD = new byte[BLOCKS][BLOCK];
    static volatile boolean isOver;

    public static void main(String[] args) throws Exception {
        Thread worker = new Thread(MultiMapped::work, "worker");
        worker.start();
        int cycles = 0;
        while (sharedBytes() < 3 * BYTES && cycles++ < CYCLES) System.gc();
        isOver = true;
        worker.join();
        if (cycles > CYCLES) throw new AssertionError(sharedBytes());
        Program.ready(BYTES);
    }

    private static void work() {
        while (!isOver) {
            for (byte[] block : HELD) {
                for (int at = 0; at < BLOCK && !isOver; at += Program.PAGE) block[at]++;
            }
        }
    }

    /** ZGC's heap is a file in memory: RSS has its pages in RssShmem. */
    private static long sharedBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("RssShmem:")) return Long.parseLong(line.replaceAll("\\D", "")) << 10;
        }
        throw new AssertionError("no RssShmem");
    }
}
