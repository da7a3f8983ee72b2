// SPDX-License-Identifier: MIT
package io.offheap.repro;

import io.offheap.repro.loader.BootReader;
import io.offheap.repro.loader.EntryReader;
import io.offheap.repro.loader.InflaterLedger;
import io.offheap.repro.loader.JdkReader;
import io.offheap.repro.loader.Loader;
import io.offheap.repro.loader.SpringBootReader;
import io.offheap.repro.scan.ClassPath;
import io.offheap.repro.scan.Collector;
import io.offheap.repro.scan.ScannerThreads;
import io.offheap.repro.zip.Entry;
import java.io.IOException;
import java.util.List;

/** The experiment: scan, collect, settle. What is allocated once and kept is allocated before `baseline` is announced. */
final class ScanCommand {
    private ScanCommand() {}

    static void run(ScanOptions options) throws IOException, InterruptedException {
        ClassPath classPath = ClassPath.of(options.jars());
        List<Entry> classes = chosen(classPath, options);
        int streams = options.streamsPerPass(classes.size());
        InflaterLedger ledger = new InflaterLedger(streams * options.passes() * options.loader().inflatersPerStream());
        Collector collector = new Collector();
        Phases phases = new Phases(options.step());
        ScannerThreads threads;

        boolean isKnown = options.loader() != Loader.BOOT;
        if (!isKnown) collector.warmUpUnknown();

        try (EntryReader reader = reader(classPath, options, ledger)) {
            threads = new ScannerThreads(options.threads(), classes, reader);
            threads.warmUp();
            System.gc(); // the GC's own threads and tables exist from here on, and the scan finds an empty young generation
            phases.announce("baseline", "pid=" + ProcessHandle.current().pid() + " jdk=" + System.getProperty("java.version")
                    + " loader=" + Arguments.nameOf(options.loader()) + " scan=" + Arguments.nameOf(options.scan())
                    + " threads=" + options.threads() + " jars=" + classPath.jars().size() + " classes=" + classes.size());

            Stopwatch scan = new Stopwatch(collector);
            for (int i = 0; i < options.passes(); i++) threads.pass(streams);
            String figures = threads.tally() + scan.figures();
            phases.announce("scanned", figures + openInflaters(isKnown, ledger));
        }

        Stopwatch collection = new Stopwatch(collector);
        if (isKnown) collector.collect(ledger);
        else collector.collectUnknown();
        phases.announce("collected", collection.figures().strip() + openInflaters(isKnown, ledger));
        Thread.sleep(options.settleMs());
        phases.announce("settled", "");
        if (options.hold()) phases.hold();
    }

    private static List<Entry> chosen(ClassPath classPath, ScanOptions options) {
        return switch (options.scan()) {
            case NONE -> List.of();
            case ALL -> classPath.classes();
            case PACKAGE -> {
                List<Entry> inPackage = classPath.inPackage(options.packagePrefix());
                if (inPackage.isEmpty())
                    throw new Failure("Expected classes under " + options.packagePrefix() + " in " + options.jars()
                            + ", found none. Try another --package.");
                yield inPackage;
            }
        };
    }

    private static EntryReader reader(ClassPath classPath, ScanOptions options, InflaterLedger ledger) throws IOException {
        return switch (options.loader()) {
            case JDK -> new JdkReader(classPath.jars());
            case BOOT -> new SpringBootReader(options.loaderJar(), classPath.jars());
            case LEAKY, HALF, FIXED -> new BootReader(options.loader(), ledger);
        };
    }

    /** Nothing for a loader whose Inflaters are its own. */
    private static String openInflaters(boolean isKnown, InflaterLedger ledger) {
        return isKnown ? " openInflaters=" + ledger.countOpen() : "";
    }

    /** Time and GCs since it was made. */
    private record Stopwatch(Collector collector, long startedAt, long gcs) {
        Stopwatch(Collector collector) {
            this(collector, System.nanoTime(), collector.count());
        }

        String figures() {
            return " elapsedMs=" + (System.nanoTime() - startedAt) / 1_000_000 + " gcs=" + (collector.count() - gcs);
        }
    }
}
