// SPDX-License-Identifier: MIT
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;

/** Databases of RocksDB in one JVM, each with write buffers that are not yet full: their memtables are in malloc's blocks, and no collection frees them. */
final class RocksMemtables {
    static final int DATABASES = 8;
    static final int ENTRIES = 4_999;
    static final int VALUE = 4_001;
    static final long WRITE_BUFFER = 64L << 20;
    static final List<RocksDB> OPEN = new ArrayList<>();

    public static void main(String[] args) throws Exception {
        RocksDB.loadLibrary();
        byte[] value = new byte[VALUE];
        Random random = new Random(VALUE);
        List<Path> folders = new ArrayList<>();
        try (Options options = new Options().setCreateIfMissing(true).setWriteBufferSize(WRITE_BUFFER)) {
            for (int i = 0; i < DATABASES; i++) {
                folders.add(Files.createTempDirectory("offheap-corpus"));
                RocksDB database = RocksDB.open(options, folders.get(i).toString());
                OPEN.add(database);
                for (int entry = 0; entry < ENTRIES; entry++) {
                    random.nextBytes(value);
                    database.put(Integer.toString(entry).getBytes(), value);
                }
            }
        } finally {
            for (Path folder : folders) Folders.delete(folder);
        }
        long bytes = 0;
        for (RocksDB database : OPEN) bytes += database.getLongProperty("rocksdb.cur-size-all-mem-tables");
        if (bytes < (long) DATABASES * ENTRIES * VALUE) throw new AssertionError(bytes);
        Program.ready(bytes);
    }
}
