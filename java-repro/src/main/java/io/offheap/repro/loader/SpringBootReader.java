// SPDX-License-Identifier: MIT
package io.offheap.repro.loader;

import io.offheap.repro.Failure;
import io.offheap.repro.zip.Entry;
import io.offheap.repro.zip.Region;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;

/**
 * Reads entries through the classes of a released Spring Boot loader, which are driven directly: no application is started by it. Up to 3.1 that is
 * {@code org.springframework.boot.loader.jar.JarFile}, from 3.2 on {@code NestedJarFile}; both extend the JDK's {@link JarFile}.
 */
public final class SpringBootReader implements EntryReader {
    private static final String PACKAGE = "org.springframework.boot.loader.jar.";

    private final Map<String, JarFile> jars = new HashMap<>();
    private final Map<Path, JarFile> fatJars = new HashMap<>();
    private final URLClassLoader classes;

    /** @param loaderJar spring-boot-loader of a version, as Maven Central has it */
    public SpringBootReader(Path loaderJar, Collection<Region> regions) throws IOException {
        classes = new URLClassLoader(new URL[] {loaderJar.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
        try {
            for (Region region : regions) jars.put(region.name(), open(region));
        } catch (ReflectiveOperationException unknown) {
            throw new Failure("Expected " + loaderJar + " to be a Spring Boot loader that this program knows how to drive, found " + unknown
                    + ".");
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
        for (JarFile jar : fatJars.values()) jar.close();
        classes.close();
    }

    private JarFile open(Region region) throws IOException, ReflectiveOperationException {
        File file = region.file().toFile();
        Class<?> nestedJarFile = find("NestedJarFile");
        if (nestedJarFile != null) {
            if (region.isFile()) return (JarFile) nestedJarFile.getConstructor(File.class).newInstance(file);
            return (JarFile) nestedJarFile.getConstructor(File.class, String.class).newInstance(file, nameIn(region));
        }
        JarFile fatJar = fatJars.get(region.file());
        if (fatJar == null) {
            fatJar = (JarFile) classes.loadClass(PACKAGE + "JarFile").getConstructor(File.class).newInstance(file);
            fatJars.put(region.file(), fatJar);
        }
        if (region.isFile()) return fatJar;
        ZipEntry nested = fatJar.getEntry(nameIn(region));
        return (JarFile) fatJar.getClass().getMethod("getNestedJarFile", ZipEntry.class).invoke(fatJar, nested);
    }

    private Class<?> find(String name) {
        try {
            return classes.loadClass(PACKAGE + name);
        } catch (ClassNotFoundException absent) {
            return null;
        }
    }

    /** Of a jar in the fat jar: Region names it {@code FILE!/NAME}. */
    private static String nameIn(Region nested) {
        return nested.name().substring(nested.file().toString().length() + "!/".length());
    }
}
