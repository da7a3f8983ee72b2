// SPDX-License-Identifier: MIT
package io.offheap.repro.scan;

import io.offheap.repro.Failure;
import io.offheap.repro.loader.EntryReader;
import io.offheap.repro.zip.Entry;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/**
 * The threads that scan, named {@code scanner-N}. Between passes, and after the last one, they wait: a thread that ended would give
 * its malloc arena to the next one, and a service's pool threads do not end either.
 */
public final class ScannerThreads {
    /** One thread's part of the work, or of the preparation for it. */
    private interface Work {
        void run(Scanner scanner, int thread) throws IOException;
    }

    private final List<Entry> classes;
    private final List<Scanner> scanners;
    /** Opens twice a round: when the work is set, and when all have done it. */
    private final CyclicBarrier barrier;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile Work work;

    public ScannerThreads(int threads, List<Entry> classes, EntryReader reader) {
        this.classes = classes;
        this.scanners = IntStream.range(0, threads).mapToObj(i -> new Scanner(reader)).toList();
        this.barrier = new CyclicBarrier(threads + 1);
        for (int i = 0; i < threads; i++) start(i);
    }

    public void warmUp() throws IOException {
        if (classes.isEmpty()) return;
        round((scanner, thread) -> scanner.warmUp(classes.get(0)));
    }

    /** Each thread reads its own stretch of the classes; the stretches go round when there are fewer classes than streams. */
    public void pass(int streams) throws IOException {
        round((scanner, thread) -> {
            int from = (int) ((long) streams * thread / scanners.size());
            int to = (int) ((long) streams * (thread + 1) / scanners.size());
            for (int i = from; i < to; i++) scanner.scan(classes.get(i % classes.size()));
        });
    }

    public Tally tally() {
        Tally sum = new Tally();
        for (Scanner scanner : scanners) sum.add(scanner.tally());
        return sum;
    }

    private void round(Work next) throws IOException {
        work = next;
        await();
        await();
        Throwable cause = failure.get();
        if (cause instanceof IOException unreadable) throw unreadable;
        if (cause instanceof Error error) throw error;
        if (cause instanceof RuntimeException foreseen) throw foreseen;
    }

    private void start(int number) {
        Thread thread = new Thread(() -> {
            while (true) {
                await();
                runWork(number);
                await();
            }
        }, "scanner-" + number);
        thread.setDaemon(true);
        thread.start();
    }

    private void runWork(int number) {
        try {
            work.run(scanners.get(number), number);
        } catch (Throwable cause) { // even an OutOfMemoryError must not keep the others waiting at the barrier
            failure.compareAndSet(null, cause);
        }
    }

    private void await() {
        try {
            barrier.await();
        } catch (InterruptedException | BrokenBarrierException ended) {
            throw new Failure("The scan was interrupted.");
        }
    }
}
