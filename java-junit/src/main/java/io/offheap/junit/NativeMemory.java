// SPDX-License-Identifier: MIT
package io.offheap.junit;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What malloc holds in this process, exactly, as offheap's meter counts it. A reading takes microseconds, allocates nothing native, and
 * is of all threads. For tests that compare by themselves; {@link LimitNative} and {@link NoNativeGrowth} do it for you.
 */
public final class NativeMemory {
    private static final Path PROC = Paths.get("/proc/self");
    private static final String MEMFD = "/memfd:offheap-counters";
    /** A line of /proc/self/maps: a counter page is mapped shared and writable, from its file's beginning. */
    private static final Pattern PAGE =
            Pattern.compile("(\\p{XDigit}+-\\p{XDigit}+) rw-s 0+ \\S+ (\\d+) +(/.*?)( \\(deleted\\))?");
    /** As src/native/counter-source.ts: what maps or opens more does so to keep us busy. */
    private static final int MOST_PAGES = 16;
    private static final int MOST_DESCRIPTORS = 65_536;

    private final CounterPage page;

    private NativeMemory(CounterPage page) {
        this.page = page;
    }

    /**
     * Of this process.
     *
     * @throws NoMeterException when it runs without the meter
     * @throws IllegalStateException when there is a meter whose page cannot be read, or does not count this JVM
     */
    public static NativeMemory ofThisProcess() {
        try {
            return open();
        } catch (IOException failure) {
            throw new IllegalStateException("Expected to read the counter page of this JVM, but: " + failure + ".", failure);
        }
    }

    /** Bytes of all blocks that are allocated and not freed: the usable size of each, which is at least what was asked for. */
    public long liveBytes() {
        try {
            return page.liveBytes();
        } catch (InternalError cut) { // HotSpot's answer to SIGBUS
            throw new IllegalStateException("Expected the counter page to stay as long as it was, but its file was cut. "
                    + "Leave the files in OFFHEAP_COUNTERS_DIR as they are.", cut);
        }
    }

    /** Blocks that are allocated and not freed. */
    public long liveBlocks() {
        return page.liveBlocks();
    }

    /** The highest {@link #liveBytes()} since the process began, within 64 KiB for each thread. */
    public long peakBytes() {
        return page.peakBytes();
    }

    private static NativeMemory open() throws IOException {
        int pid = ownPid();
        String other = null;
        for (Matcher mapping : pageMappings()) {
            Path file = fileOf(mapping);
            CounterPage page = map(file);
            // Of the process from which this one was forked, or of the mmap allocator, which knows no usable bytes.
            if (page.pid() != pid || !page.writer().equals("meter")) {
                other = page.writer() + " of process " + page.pid();
                continue;
            }
            if (page.isPreceded() || page.liveBlocks() <= 0) {
                throw new IllegalStateException("Expected the meter to be the first malloc of this JVM, found another before it. "
                        + "Put libmeter.so first in LD_PRELOAD.");
            }
            return new NativeMemory(page);
        }
        throw new NoMeterException(other);
    }

    private static CounterPage map(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long bytes = channel.size();
            if (bytes < CounterPage.PAGE_BYTES) {
                throw new IllegalStateException("Expected the counter page " + file + " to have " + CounterPage.PAGE_BYTES
                        + " bytes, found " + bytes + ". Take offheap-junit and the meter from one release of offheap.");
            }
            return new CounterPage(channel.map(FileChannel.MapMode.READ_ONLY, 0, CounterPage.PAGE_BYTES));
        }
    }

    private static List<Matcher> pageMappings() throws IOException {
        List<Matcher> found = new ArrayList<>();
        // A path may have letters of any encoding.
        try (BufferedReader maps = Files.newBufferedReader(PROC.resolve("maps"), StandardCharsets.ISO_8859_1)) {
            for (String line = maps.readLine(); line != null && found.size() < MOST_PAGES; line = maps.readLine()) {
                Matcher mapping = PAGE.matcher(line);
                if (mapping.matches() && (mapping.group(3).equals(MEMFD) || mapping.group(3).endsWith(".counters"))) found.add(mapping);
            }
        }
        return found;
    }

    private static Path fileOf(Matcher mapping) throws IOException {
        String name = new String(mapping.group(3).getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        if (mapping.group(4) == null) return Paths.get(name);
        Path descriptor = descriptorOf(name + " (deleted)", Long.parseLong(mapping.group(2)));
        // The mapping itself, whatever became of the file's name: for root alone.
        return descriptor != null ? descriptor : PROC.resolve("map_files").resolve(mapping.group(1));
    }

    /** A memfd has no name: the meter keeps its descriptor open for readers. */
    private static Path descriptorOf(String link, long inode) throws IOException {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(PROC.resolve("fd"))) {
            int count = 0;
            for (Path descriptor : descriptors) {
                if (++count > MOST_DESCRIPTORS) break;
                try {
                    // By its link first: to look at a file of another name might be to wait for it.
                    if (Files.readSymbolicLink(descriptor).toString().equals(link)
                            && Files.getAttribute(descriptor, "unix:ino").equals(inode)) return descriptor;
                } catch (IOException closedMeanwhile) {
                    continue;
                }
            }
        }
        return null;
    }

    /** In the innermost pid namespace, as the meter knows it. */
    static int ownPid() throws IOException {
        String pid = "";
        try (BufferedReader status = Files.newBufferedReader(PROC.resolve("status"), StandardCharsets.ISO_8859_1)) {
            for (String line = status.readLine(); line != null; line = status.readLine()) {
                if (line.startsWith("Pid:") || line.startsWith("NSpid:")) pid = line.substring(line.lastIndexOf('\t') + 1).trim();
            }
        }
        return Integer.parseInt(pid);
    }
}
