// SPDX-License-Identifier: MIT
package io.offheap.repro;

import io.offheap.repro.loader.Loader;
import java.nio.file.Path;
import java.util.List;

/** What `scan` was asked to do. */
record ScanOptions(Path jars, Loader loader, Scan scan, String packagePrefix, int threads, int passes, int streams, int settleMs,
        boolean step, boolean hold, Path loaderJar) {
    /** How much is scanned: the article's cure was to go from all to one package. */
    enum Scan { NONE, PACKAGE, ALL }

    /**
     * An Inflater allocates 39,928 bytes but touches no more of its 32 KB window than it inflates, and the classes of a JDK have
     * 4 KB on average: 15 KB of it become resident. This many leave 470 MB, and two cores read them in about a second.
     */
    private static final int DEFAULT_STREAMS = 32_000;
    /** Each stream leaves 24 bytes of bookkeeping in the heap. */
    private static final int MAX_STREAMS = 50_000_000;

    static ScanOptions parse(List<String> arguments) {
        Arguments given = new Arguments(arguments, List.of("--jars=", "--loader=", "--scan=", "--package=", "--threads=",
                "--passes=", "--streams=", "--settle-ms=", "--step", "--hold", "--loader-jar="));
        int passes = given.number("--passes", 1, 1, 10_000);
        int streams = given.number("--streams", DEFAULT_STREAMS, 1, MAX_STREAMS);
        if ((long) passes * streams > MAX_STREAMS)
            throw new UsageError("Expected --passes times --streams to be at most " + MAX_STREAMS + ", found "
                    + (long) passes * streams + ".");
        Loader loader = given.choice("--loader", Loader.LEAKY);
        return new ScanOptions(given.path("--jars"), loader, given.choice("--scan", Scan.ALL),
                prefixOf(given.text("--package", "java/util/zip/")), given.number("--threads", 8, 1, 1024), passes, streams,
                given.number("--settle-ms", 5000, 0, 86_400_000), given.has("--step"), given.has("--hold"),
                loader == Loader.BOOT ? given.path("--loader-jar") : null);
    }

    /** {@code --package} takes java.util.zip as well as java/util/zip/. */
    private static String prefixOf(String packageName) {
        String path = packageName.replace('.', '/');
        return path.endsWith("/") ? path : path + "/";
    }

    /**
     * A scan of everything goes round the classes until it has opened all its streams, so that any set of jars leaves the same burst.
     * A scan of one package must not: that it opens few streams is its point.
     *
     * @param classes how many the scan covers
     */
    int streamsPerPass(int classes) {
        return scan == Scan.ALL ? streams : Math.min(streams, classes);
    }
}
