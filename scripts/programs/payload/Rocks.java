import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteOptions;

/** Writes 100,000 rows by RocksDB's C++, compacts them, and prints a hash of what is read back in order. */
public class Rocks {
  public static void main(String[] arguments) throws Exception {
    RocksDB.loadLibrary();
    String folder = Files.createTempDirectory(Path.of("."), "rocks").toString();
    try (Options options = new Options().setCreateIfMissing(true).setWriteBufferSize(16 << 20);
        RocksDB db = RocksDB.open(options, folder)) {
      write(db);
      db.compactRange();
      System.out.println(hashOf(db));
    }
  }

  private static void write(RocksDB db) throws Exception {
    Random random = new Random(1);
    byte[] value = new byte[700];
    try (WriteOptions options = new WriteOptions().setDisableWAL(true)) {
      for (long row = 0; row < 100_000; row++) {
        random.nextBytes(value);
        db.put(options, ("key" + row * 7919 % 100_000).getBytes(), value);
      }
    }
  }

  private static long hashOf(RocksDB db) {
    long hash = 0;
    try (RocksIterator rows = db.newIterator()) {
      for (rows.seekToFirst(); rows.isValid(); rows.next())
        hash = hash * 31 + Arrays.hashCode(rows.key()) * 7L + Arrays.hashCode(rows.value());
    }
    return hash;
  }
}
