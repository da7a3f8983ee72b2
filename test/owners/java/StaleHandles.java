// SPDX-License-Identifier: MIT
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A closed directory stream, which nobody has any more but which was not collected, has the address of what it has given back. A native library has a table at that address by now, and many blocks behind it.
 */
final class StaleHandles {
    /** What opendir() of glibc takes: a buffer of 32 KiB and its own figures. */
    static final int TABLE = (32 << 10) + 48;

    static final int PAGES = 2_003;
    static final int BYTES = 20_011;
    static final int HANDLE = 16;
    private static final int MOST_TRIES = 100;
    static final List<NativePager> PAGERS = new ArrayList<>();

    private StaleHandles() {}

    /** Blocks behind a table at that address; false where another thread was faster. */
    static native boolean fill(long address, int table, int pages, int bytes);

    /** The library itself forgets the table. */
    static native void forget();

    private static long openAndClose() throws IOException, ReflectiveOperationException {
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(Path.of("/"))) {
            // Where the system has openat(), it is a stream around the one that has the address.
            return field("UnixDirectoryStream", "dp").getLong(field("UnixSecureDirectoryStream", "ds").get(stream));
        }
    }

    private static Field field(String owner, String name) throws ReflectiveOperationException {
        Field field = Class.forName("sun.nio.fs." + owner).getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }

    private static boolean fillAfterClose(boolean isJavas) {
        try {
            for (int i = 0; i < MOST_TRIES; i++) {
                long address = openAndClose();
                if (!fill(address, TABLE, PAGES, BYTES)) continue;
                if (isJavas) {
                    PAGERS.add(new NativePager(address));
                    forget();
                }
                return true;
            }
            return false;
        } catch (IOException | ReflectiveOperationException error) {
            throw new IllegalStateException(error);
        }
    }

    /** @param args {@code java}: an object of Java's leads to the table, else the library's data */
    public static void main(String[] args) throws Exception {
        Malloc.load();
        boolean isJavas = args.length > 0 && args[0].equals("java");
        boolean[] isFilled = {false};
        Thread thread = new Thread(() -> isFilled[0] = fillAfterClose(isJavas), "closes");
        thread.start();
        thread.join();
        if (!isFilled[0]) throw new IllegalStateException("another thread was always faster");
        long pages = Truth.chunk(TABLE) + PAGES * Truth.chunk(BYTES);
        Truth.ready(
                isJavas
                        ? Truth.of("java", "NativePager").objects(1).blocks(1).bytes(Truth.chunk(HANDLE) + pages)
                        : Truth.of("library", "owners.so").blocks(1).bytes(pages),
                Truth.of("java", "sun.nio.fs.UnixDirectoryStream").blocks(0));
    }
}
