// SPDX-License-Identifier: MIT
package io.offheap.repro.loader;

import io.offheap.repro.zip.Region;
import io.offheap.repro.zip.RegionInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Nested jars as files, in a folder beside the fat jar, extracted when first asked for. */
final class ExtractedJars {
    private ExtractedJars() {}

    static Path extract(Region nested) throws IOException {
        Path fatJar = nested.file().toAbsolutePath();
        // The name says which fat jar it was taken from: one that is built anew gets a new folder.
        String origin = fatJar.getFileName() + "." + Files.size(fatJar) + "-" + Files.getLastModifiedTime(fatJar).toMillis();
        Path folder = Files.createDirectories(fatJar.resolveSibling(origin + ".extracted"));
        Path target = folder.resolve(nested.name().substring(nested.name().lastIndexOf('/') + 1));
        if (!Files.exists(target)) copy(nested, target);
        return target;
    }

    /** Renamed when complete, so that a process that comes at the same time, or after a crash, never meets half a jar. */
    private static void copy(Region nested, Path target) throws IOException {
        Path part = target.resolveSibling(target.getFileName() + "." + ProcessHandle.current().pid() + ".part");
        try {
            Files.copy(new RegionInputStream(nested), part, StandardCopyOption.REPLACE_EXISTING);
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
