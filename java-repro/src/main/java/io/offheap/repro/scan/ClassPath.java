// SPDX-License-Identifier: MIT
package io.offheap.repro.scan;

import io.offheap.repro.Failure;
import io.offheap.repro.zip.CentralDirectory;
import io.offheap.repro.zip.Entry;
import io.offheap.repro.zip.Region;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * All jars under {@code --jars} and all their classes, in an order that does not depend on the file system.
 *
 * @param jars the regions that hold the classes: whole files and jars nested in them
 */
public record ClassPath(List<Region> jars, List<Entry> classes) {
    private static final List<String> LIBRARY_FOLDERS = List.of("BOOT-INF/lib/", "WEB-INF/lib/");
    private static final List<String> CLASS_FOLDERS = List.of("BOOT-INF/classes/", "WEB-INF/classes/");

    /** @param path a fat jar, a plain jar, or a directory of jars */
    public static ClassPath of(Path path) throws IOException {
        ClassPath classPath = new ClassPath(new ArrayList<>(), new ArrayList<>());
        for (Path file : filesAt(path)) classPath.add(Region.of(file));
        if (classPath.classes.isEmpty()) throw new Failure("Expected classes in " + path + ", found none.");
        return classPath;
    }

    private static List<Path> filesAt(Path path) throws IOException {
        if (!Files.isDirectory(path)) return List.of(path);
        try (Stream<Path> files = Files.list(path)) {
            List<Path> jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
            if (jars.isEmpty()) throw new Failure("Expected jars in the directory " + path + ", found none.");
            return jars;
        }
    }

    private void add(Region file) throws IOException {
        Collection<Entry> entries = CentralDirectory.read(file);
        addClasses(file, entries);
        for (Entry entry : entries) {
            if (!entry.name().endsWith(".jar") || !startsWithAny(entry.name(), LIBRARY_FOLDERS)) continue;
            if (entry.deflated())
                throw new Failure("Expected " + entry + " to be stored, as Spring Boot does, found it deflated.");
            Region nested = entry.data();
            addClasses(nested, CentralDirectory.read(nested));
        }
    }

    private void addClasses(Region jar, Collection<Entry> entries) {
        List<Entry> found = entries.stream().filter(Entry::isClass).toList();
        if (found.isEmpty()) return;
        jars.add(jar);
        classes.addAll(found);
    }

    /** @param prefix a package and all beneath it, as {@code java/util/zip/} */
    public List<Entry> inPackage(String prefix) {
        return classes.stream().filter(entry -> withoutFolder(entry.name()).startsWith(prefix)).toList();
    }

    private static String withoutFolder(String name) {
        for (String folder : CLASS_FOLDERS) if (name.startsWith(folder)) return name.substring(folder.length());
        return name;
    }

    private static boolean startsWithAny(String name, List<String> prefixes) {
        return prefixes.stream().anyMatch(name::startsWith);
    }
}
