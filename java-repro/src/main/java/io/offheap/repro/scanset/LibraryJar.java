// SPDX-License-Identifier: MIT
package io.offheap.repro.scanset;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipOutputStream;

/** One jar of BOOT-INF/lib: some classes of one module, deflated. */
record LibraryJar(String name, Path module, List<Path> classes) {
    byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            ScanSet.addText(zip, "META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\n\r\n");
            for (Path file : classes) {
                zip.putNextEntry(ScanSet.entry(module.relativize(file).toString()));
                Files.copy(file, zip);
                zip.closeEntry();
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return bytes.toByteArray();
    }
}
