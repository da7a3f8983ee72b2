// SPDX-License-Identifier: MIT
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Scan and GC, again and again: for each line on stdin eight threads inflate the entries of a jar by Inflaters that nobody ends, then
 * System.gc() runs. Prints "cycle STREAMS BYTES" after each.
 */
final class Cycles {
    private static final int THREADS = 8;
    private static final int STREAMS_PER_THREAD = 500;

    public static void main(String[] arguments) throws Exception {
        List<byte[]> entries = deflatedEntries(Path.of(arguments[0]));
        ExecutorService scanners = Executors.newFixedThreadPool(THREADS);
        System.out.println("ready");
        while (System.in.read() >= 0) {
            long bytes = 0;
            List<Future<Long>> scans = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                int from = thread * STREAMS_PER_THREAD;
                scans.add(scanners.submit(() -> scan(entries, from)));
            }
            for (Future<Long> scan : scans)
                bytes += scan.get();
            scans.clear();
            System.gc();
            System.gc();
            System.out.println("cycle " + THREADS * STREAMS_PER_THREAD + " " + bytes);
        }
        scanners.shutdown();
    }

    private static long scan(List<byte[]> entries, int from) throws IOException {
        long bytes = 0;
        for (int index = from; index < from + STREAMS_PER_THREAD; index++) {
            InputStream stream = new InflaterInputStream(new ByteArrayInputStream(entries.get(index % entries.size())), new Inflater());
            bytes += stream.readAllBytes().length;
        }
        return bytes;
    }

    /** What java.util.zip.Deflater makes of the jar's entries, so that each can be inflated on its own. */
    private static List<byte[]> deflatedEntries(Path jar) throws IOException {
        List<byte[]> deflated = new ArrayList<>();
        try (ZipFile file = new ZipFile(jar.toFile())) {
            for (Enumeration<? extends ZipEntry> all = file.entries(); all.hasMoreElements() && deflated.size() < 2000;)
                deflated.add(deflate(file.getInputStream(all.nextElement()).readNBytes(20_000)));
        }
        return deflated;
    }

    private static byte[] deflate(byte[] bytes) throws IOException {
        try (InputStream stream = new java.util.zip.DeflaterInputStream(new ByteArrayInputStream(bytes))) {
            return stream.readAllBytes();
        }
    }
}
