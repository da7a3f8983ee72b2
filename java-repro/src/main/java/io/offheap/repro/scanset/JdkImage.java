// SPDX-License-Identifier: MIT
package io.offheap.repro.scanset;

import io.offheap.repro.Failure;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.util.List;
import java.util.stream.Stream;

/** The running JDK's own classes: tens of thousands of real ones that are on every machine with a JVM. */
final class JdkImage {
    private JdkImage() {}

    /** The modules' roots, by name. */
    static List<Path> modules() throws IOException {
        try (Stream<Path> modules = Files.list(FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules"))) {
            return modules.sorted().toList();
        } catch (FileSystemNotFoundException | ProviderNotFoundException absent) {
            throw new Failure("Expected this JDK to have an image of its classes (jrt:/), found none. Try another JDK.");
        }
    }

    static List<Path> classesOf(Path module) throws IOException {
        try (Stream<Path> files = Files.walk(module)) {
            return files.filter(file -> file.toString().endsWith(".class")).sorted().toList();
        }
    }
}
