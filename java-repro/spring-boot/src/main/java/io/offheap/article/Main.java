// SPDX-License-Identifier: MIT
package io.offheap.article;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.reflections.Reflections;
import org.reflections.scanners.SubTypesScanner;
import org.reflections.util.ConfigurationBuilder;
import org.reflections.util.FilterBuilder;
import org.reflections.vfs.Vfs;

/**
 * What the article's service did at its start: Reflections scans the class path of a fat jar, through the loader that came with it. Started by
 * {@code java -jar}, that is by Spring Boot's own launcher. No application context is made: the scan is what is measured, and old versions of
 * Spring cannot start one on today's JDKs.
 *
 * <p>Announces phases as {@code @phase NAME figures} and, with {@code --step}, waits for a line on stdin after each.
 */
public final class Main {
    private static final String ALL = "all";
    private static final String NONE = "none";
    /** The first one finds what is dead; what only the Cleaner's thread still held dies in the second. */
    private static final int COLLECTIONS = 2;
    /** Idle time, for allocators that give back by the clock. */
    private static final int SETTLE_MS = 2000;
    private static final int POLL_MS = 10;
    /** One look may fall between two of its objects. */
    private static final int IDLE_LOOKS = 10;

    private Main() {}

    /** {@code [--scan=all|none|PACKAGE] [--step]}, all by default. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        boolean step = Arrays.asList(arguments).contains("--step");
        String scan = Arrays.stream(arguments).filter(argument -> argument.startsWith("--scan="))
                .map(argument -> argument.substring("--scan=".length())).reduce(ALL, (first, last) -> last);
        ClassLoader loader = Main.class.getClassLoader();
        announce("baseline pid=" + ProcessHandle.current().pid() + " classLoader=" + loader.getClass().getName() + " scan=" + scan, step);

        long startedAt = System.nanoTime();
        CountingScanner scanner = new CountingScanner();
        int relations = scan.equals(NONE) ? 0 : scan(scan, loader, scanner);
        long elapsedMs = (System.nanoTime() - startedAt) / 1_000_000;
        announce("scanned streams=" + scanner.streams + " relations=" + relations + " elapsedMs=" + elapsedMs, step);

        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            awaitCleaner();
        }
        announce("collected", step);
        Thread.sleep(SETTLE_MS);
        announce("settled", step);
    }

    /**
     * Until the thread that frees what belongs to dead objects, Inflaters among them, waits for more. The one that hands it the objects is no
     * help: it is RUNNABLE when it waits, since it does so in the VM.
     */
    private static void awaitCleaner() throws InterruptedException {
        Thread cleaner = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("Common-Cleaner")).findAny().orElseThrow();
        for (int idle = 0; idle < IDLE_LOOKS; Thread.sleep(POLL_MS)) {
            idle = cleaner.getState() == Thread.State.TIMED_WAITING ? idle + 1 : 0;
        }
    }

    /** How many pairs of a type and one that it extends or implements were found. */
    private static int scan(String scan, ClassLoader loader, CountingScanner scanner) {
        Collection<URL> urls = List.of(((URLClassLoader) loader).getURLs());
        ConfigurationBuilder configuration = new ConfigurationBuilder()
                .setUrls(urls).setScanners(scanner).addClassLoader(loader).setExpandSuperTypes(false);
        // Reflections opens every class of a jar whose name passes; all of them when it is not told a package.
        if (!scan.equals(ALL)) configuration.filterInputsBy(new FilterBuilder().includePackage(scan));
        return new Reflections(configuration).getStore().get(CountingScanner.class.getSimpleName()).size();
    }

    /** Counts the classes that it reads: one stream of the loader each, read to its end and closed. */
    private static final class CountingScanner extends SubTypesScanner {
        private int streams;

        CountingScanner() {
            super(false);
        }

        @Override
        public Object scan(Vfs.File file, Object classObject) {
            if (classObject == null) streams++;
            return super.scan(file, classObject);
        }
    }

    private static void announce(String figures, boolean step) throws IOException {
        System.out.println("@phase " + figures);
        System.out.flush();
        if (step && !lineCame()) System.exit(0);
    }

    private static boolean lineCame() throws IOException {
        for (int character = System.in.read(); character != '\n'; character = System.in.read()) {
            if (character < 0) return false;
        }
        return true;
    }
}
