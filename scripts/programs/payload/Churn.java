import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Allocates on the Java heap and outside it from eight threads, and prints a sum of what it found there again. */
public class Churn {
  static final int THREADS = 8;
  static final int ROUNDS = 60;
  /** Prime: no multiple of a page or a size class. */
  static final int BUFFER_BYTES = 65_537;

  public static void main(String[] args) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    List<Future<Long>> parts = new ArrayList<>();
    for (int number = 0; number < THREADS; number++) {
      int seed = number;
      parts.add(pool.submit((Callable<Long>) () -> work(seed)));
    }
    long total = 0;
    for (Future<Long> part : parts) total = sum(total, part.get());
    pool.shutdown();
    System.out.println("sum " + total);
  }

  static long sum(long total, long part) {
    return total * 31 + part;
  }

  static long work(int seed) throws Exception {
    CRC32 crc = new CRC32();
    List<ByteBuffer> held = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES + round);
      byte[] bytes = textOf(seed, round);
      buffer.put(bytes).flip();
      held.add(buffer);
      if (held.size() > 10) held.remove(0);
      crc.update(inflated(deflated(bytes, round % 2 == 0), round % 3 != 0));
      try (URLClassLoader loader = new URLClassLoader(new URL[] {location()}, null)) {
        crc.update(loader.loadClass("Churn").getName().length());
      }
      if (round % 20 == 0) System.gc();
    }
    for (ByteBuffer buffer : held) crc.update(buffer);
    return crc.getValue();
  }

  static URL location() {
    return Churn.class.getProtectionDomain().getCodeSource().getLocation();
  }

  static byte[] textOf(int seed, int round) {
    HashMap<Integer, String> words = new HashMap<>();
    for (int i = 0; i < 3000; i++) words.put(i, Integer.toString(i * (seed + 7) + round, 36));
    StringBuilder text = new StringBuilder();
    for (String word : words.values()) text.append(word).append(' ');
    return text.toString().getBytes();
  }

  /** Half of the zlib states are left to the collector. */
  static byte[] deflated(byte[] bytes, boolean end) {
    Deflater deflater = new Deflater();
    deflater.setInput(bytes);
    deflater.finish();
    byte[] out = new byte[bytes.length + 100];
    int length = deflater.deflate(out);
    if (end) deflater.end();
    return Arrays.copyOf(out, length);
  }

  static byte[] inflated(byte[] bytes, boolean end) throws Exception {
    Inflater inflater = new Inflater();
    inflater.setInput(bytes);
    byte[] out = new byte[1 << 17];
    int length = inflater.inflate(out);
    if (end) inflater.end();
    return Arrays.copyOf(out, length);
  }
}
