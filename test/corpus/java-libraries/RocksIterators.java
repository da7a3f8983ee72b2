// SPDX-License-Identifier: MIT
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksIterator;

/** Iterators of RocksDB that nobody closes: each pins what it reads. */
final class RocksIterators {
    static final int ENTRIES = 2_003;
    static final int VALUE = 4_001;
    static final int ITERATORS = 30_011;
    static final RocksIterator[] HELD = new RocksIterator[ITERATORS];

    public static void main(String[] args) throws Exception {
        RocksDB.loadLibrary();
        Path folder = Files.createTempDirectory("offheap-corpus");
        try (Options options = new Options().setCreateIfMissing(true)) {
            RocksDB database = RocksDB.open(options, folder.toString());
            byte[] value = new byte[VALUE];
            for (int i = 0; i < ENTRIES; i++) database.put(Integer.toString(i).getBytes(), value);
            for (int i = 0; i < ITERATORS; i++) {
                HELD[i] = database.newIterator();
                HELD[i].seekToFirst();
            }
        } finally {
            Folders.delete(folder);
        }
        Program.ready(0);
    }
}
