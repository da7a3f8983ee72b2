// SPDX-License-Identifier: MIT
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksIterator;

/** RocksDB with options, iterators and a block cache that is full. */
final class RocksObjects {
    static final int ENTRIES = 40_009;
    static final int VALUE = 4_001;
    static final long CACHE = 121L << 20;
    static final int READ_OPTIONS = 4_001;
    static final int ITERATORS = 1_009;
    static final List<Object> HELD = new ArrayList<>();

    public static void main(String[] args) throws Exception {
        Malloc.load();
        RocksDB.loadLibrary();
        Path folder = Files.createTempDirectory("offheap-corpus");
        long before = Malloc.bytesInUse();
        Options options = new Options().setCreateIfMissing(true).setWriteBufferSize(4L << 20).setMaxWriteBufferNumber(2);
        LRUCache cache = new LRUCache(CACHE);
        options.setTableFormatConfig(new BlockBasedTableConfig().setBlockCache(cache));
        RocksDB database = RocksDB.open(options, folder.toString());
        byte[] value = new byte[VALUE];
        Random random = new Random(VALUE);
        for (int i = 0; i < ENTRIES; i++) {
            random.nextBytes(value);
            database.put(Integer.toString(i).getBytes(), value);
        }
        database.compactRange();
        long read = 0;
        try (RocksIterator all = database.newIterator()) {
            for (all.seekToFirst(); all.isValid(); all.next()) read += all.value().length;
        }
        for (int i = 0; i < READ_OPTIONS; i++) HELD.add(new ReadOptions());
        for (int i = 0; i < ITERATORS; i++) {
            RocksIterator iterator = database.newIterator();
            iterator.seekToFirst();
            HELD.add(iterator);
        }
        long after = Malloc.bytesInUse();
        Folders.delete(folder);
        if (read != (long) ENTRIES * VALUE) throw new AssertionError(read);
        HELD.add(options);
        HELD.add(database);
        HELD.add(cache);
        Truth.ready(
                // The database has one of its own. The iterator that is closed may hold the address of another one.
                Truth.of("java", "org.rocksdb.ReadOptions").objects(READ_OPTIONS + 1).blocks(READ_OPTIONS + 1),
                Truth.of("java", "org.rocksdb.RocksIterator").blocks(ITERATORS),
                Truth.of("java", "org.rocksdb.Options").objects(1),
                Truth.of("java", "org.rocksdb.LRUCache").objects(1),
                // What the compiler has taken meanwhile is in it as well.
                Truth.of("java", "org.rocksdb.*").atLeast((after - before) / 100 * 97));
    }
}
