// SPDX-License-Identifier: MIT
package io.offheap.repro.loader;

import io.offheap.repro.zip.Entry;
import io.offheap.repro.zip.Region;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.jar.JarFile;

/**
 * Reads entries through {@link JarFile}, which keeps a few Inflaters per jar, lends them to its streams and ends them when it is
 * closed. It reads files only, so nested jars are extracted first.
 */
public final class JdkReader implements EntryReader {
    private final Map<String, JarFile> jars = new HashMap<>();

    public JdkReader(Collection<Region> regions) throws IOException {
        for (Region region : regions) {
            Path file = region.isFile() ? region.file() : ExtractedJars.extract(region);
            jars.put(region.name(), new JarFile(file.toFile(), false));
        }
    }

    @Override
    public InputStream open(Entry entry) throws IOException {
        JarFile jar = jars.get(entry.jar().name());
        return jar.getInputStream(jar.getEntry(entry.name()));
    }

    @Override
    public void close() throws IOException {
        for (JarFile jar : jars.values()) jar.close();
    }
}
