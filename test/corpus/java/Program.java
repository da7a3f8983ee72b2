// SPDX-License-Identifier: MIT

/** What the programs of the corpus have in common. */
final class Program {
    /** Of the pages that are touched one by one. */
    static final int PAGE = 4096;

    private Program() {}

    /** Says that the memory is as the label tells, and stays until stdin ends: no program outlives its test. */
    static void ready() throws Exception {
        System.out.println("@phase ready");
        System.out.flush();
        while (System.in.read() >= 0) {}
    }

    static void startAll(Thread[] threads) {
        for (Thread thread : threads) thread.start();
    }

    static void joinAll(Thread[] threads) throws InterruptedException {
        for (Thread thread : threads) thread.join();
    }
}
