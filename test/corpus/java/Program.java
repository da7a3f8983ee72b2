// SPDX-License-Identifier: MIT
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;

/** What the programs of the corpus have in common. */
final class Program {
    /** Of the pages that are touched one by one. */
    static final int PAGE = 4096;

    private static final int FAILED = 3;

    static {
        // A thread that runs out of memory has not done its work, and the others would wait for it.
        Thread.setDefaultUncaughtExceptionHandler((thread, error) -> {
            System.out.println("@done failed " + error);
            System.out.flush();
            Runtime.getRuntime().halt(FAILED);
        });
    }

    private Program() {}

    /**
     * Says that the memory is as the label tells, and stays until stdin ends: no program outlives its test. Then it has done its work, whatever it was started
     * with.
     *
     * @param bytes of what the memory is due to; 0 where there is no such cause, or it is not known
     */
    static void ready(long bytes) throws Exception {
        stay("@phase ready bytes=" + bytes);
    }

    static void readyGrowing(long bytesPerMinute) throws Exception {
        stay("@phase ready per-minute=" + bytesPerMinute);
    }

    private static void stay(String line) throws Exception {
        System.out.println(line);
        System.out.flush();
        while (System.in.read() >= 0) {}
        System.out.println("@done ok");
        System.out.flush();
    }

    /** What metaspace has committed, that of classes among it. */
    static long metaspaceBytes() {
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            if (pool.getName().equals("Metaspace")) return pool.getUsage().getCommitted();
        }
        throw new AssertionError("no Metaspace");
    }

    static void startAll(Thread[] threads) {
        for (Thread thread : threads) thread.start();
    }

    static void joinAll(Thread[] threads) throws InterruptedException {
        for (Thread thread : threads) thread.join();
    }
}
