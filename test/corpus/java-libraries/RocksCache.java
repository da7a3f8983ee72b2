// SPDX-License-Identifier: MIT
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksIterator;

/** RocksDB with a block cache that is full: it is as large as it was told to be. */
final class RocksCache {
    static final int ENTRIES = 50_021;
    static final int VALUE = 4_001;
    static final long CACHE = 157L << 20;

    public static void main(String[] args) throws Exception {
        RocksDB.loadLibrary();
        Path folder = Files.createTempDirectory("offheap-corpus");
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
        try (ReadOptions reading = new ReadOptions(); RocksIterator all = database.newIterator(reading)) {
            for (all.seekToFirst(); all.isValid(); all.next()) read += all.value().length;
        }
        Folders.delete(folder);
        if (read != (long) ENTRIES * VALUE) throw new AssertionError(read);
        Program.ready(cache.getUsage());
    }
}
