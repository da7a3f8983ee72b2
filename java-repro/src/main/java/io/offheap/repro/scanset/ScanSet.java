// SPDX-License-Identifier: MIT
package io.offheap.repro.scanset;

import io.offheap.repro.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Builds a fat jar shaped as Spring Boot's Maven plugin does: libraries stored, their classes deflated. Same JDK, same bytes. */
public final class ScanSet {
    /** A large module becomes several jars: an application has dozens of middling ones, not one giant. */
    private static final int MAX_CLASSES_PER_JAR = 2_000;
    private static final LocalDateTime FIXED_TIME = LocalDateTime.of(1980, 2, 1, 0, 0);
    private static final String MANIFEST = """
            Manifest-Version: 1.0
            Main-Class: org.springframework.boot.loader.JarLauncher
            Start-Class: io.offheap.repro.Application
            Spring-Boot-Version: 2.0.4.RELEASE
            Spring-Boot-Classes: BOOT-INF/classes/
            Spring-Boot-Lib: BOOT-INF/lib/

            """;

    private ScanSet() {}

    public static void build(Path output) throws IOException, InterruptedException {
        long startedAt = System.nanoTime();
        List<LibraryJar> libraries = libraries();
        Path target = output.toAbsolutePath();
        Files.createDirectories(target.getParent());
        Path part = target.resolveSibling(target.getFileName() + "." + ProcessHandle.current().pid() + ".part");
        try {
            write(part, libraries);
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE); // nobody ever meets half a scan set
        } finally {
            Files.deleteIfExists(part);
        }
        int classes = libraries.stream().mapToInt(library -> library.classes().size()).sum();
        System.err.printf("offheap-repro: %s: %d jars, %d classes, %d MB, %.1f s%n", output, libraries.size(), classes,
                Files.size(target) >> 20, (System.nanoTime() - startedAt) / 1e9);
    }

    private static List<LibraryJar> libraries() throws IOException {
        List<LibraryJar> libraries = new ArrayList<>();
        for (Path module : JdkImage.modules()) {
            List<Path> classes = JdkImage.classesOf(module);
            int parts = (classes.size() + MAX_CLASSES_PER_JAR - 1) / MAX_CLASSES_PER_JAR;
            for (int i = 0; i < parts; i++) {
                List<Path> share = classes.subList(classes.size() * i / parts, classes.size() * (i + 1) / parts);
                String name = module.getFileName() + (parts > 1 ? "-part" + (i + 1) : "");
                libraries.add(new LibraryJar(name + "-" + System.getProperty("java.version") + ".jar", module, share));
            }
        }
        return libraries;
    }

    private static void write(Path file, List<LibraryJar> libraries) throws IOException, InterruptedException {
        ExecutorService deflaters = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            List<Future<byte[]>> jars = libraries.stream().map(library -> deflaters.submit(library::toBytes)).toList();
            addText(zip, "META-INF/MANIFEST.MF", MANIFEST.replace("\n", "\r\n"));
            for (String folder : List.of("BOOT-INF/", "BOOT-INF/classes/", "BOOT-INF/lib/")) addStored(zip, folder, new byte[0]);
            for (int i = 0; i < jars.size(); i++) addStored(zip, "BOOT-INF/lib/" + libraries.get(i).name(), jars.get(i).get());
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof UncheckedIOException unreadable) throw unreadable.getCause();
            throw new Failure("Could not build the scan set: " + failed.getCause() + ".");
        } finally {
            deflaters.shutdownNow();
        }
    }

    static ZipEntry entry(String name) {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(FIXED_TIME);
        return entry;
    }

    static void addText(ZipOutputStream zip, String name, String text) throws IOException {
        zip.putNextEntry(entry(name));
        zip.write(text.getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
    }

    /** Stored and not deflated again: that is what lets the loader read a class inside the jar by its position. */
    private static void addStored(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        ZipEntry entry = entry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(bytes.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }
}
