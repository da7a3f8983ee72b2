import java.util.ArrayList;
import java.util.List;
import java.util.zip.Inflater;

/**
 * Takes Inflaters on a letter, one line of output each: `a` allocates COUNT on each of THREADS, `f` frees all but every 50th. What is freed lies
 * between what is kept, so that glibc holds on to whole pages that a trim gives back. `b` is busy from then on, on one thread.
 */
public class Burst {
  private static final int KEPT = 50;
  private static final int PLAIN_BYTES = 1 << 16;
  private static final byte[] STREAM = deflated();

  public static void main(String[] args) throws Exception {
    int threads = Integer.parseInt(args[0]);
    int count = Integer.parseInt(args[1]);
    List<Inflater> all = new ArrayList<>();
    System.out.println("ready");
    for (int letter; (letter = System.in.read()) >= 0; ) {
      if (letter == 'a') allocate(all, threads, count);
      if (letter == 'f') free(all);
      if (letter == 'b') beBusy();
      if (letter == 'a' || letter == 'f' || letter == 'b') System.out.println("done");
    }
  }

  private static void allocate(List<Inflater> all, int threads, int count) throws Exception {
    List<Thread> workers = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Thread worker = new Thread(() -> {
        for (int k = 0; k < count; k++) {
          Inflater inflater = used();
          synchronized (all) { all.add(inflater); }
        }
      }, "burst-" + i);
      worker.start();
      workers.add(worker);
    }
    for (Thread worker : workers) worker.join();
  }

  private static void beBusy() {
    Thread busy = new Thread(() -> {
      for (long spins = 0; ; spins++) if (spins < 0) return;
    }, "busy");
    busy.setDaemon(true);
    busy.start();
  }

  /** One that has inflated so much that all of its window was touched. */
  private static Inflater used() {
    try {
      Inflater inflater = new Inflater();
      inflater.setInput(STREAM);
      byte[] plain = new byte[1 << 13];
      while (!inflater.finished()) inflater.inflate(plain);
      return inflater;
    } catch (java.util.zip.DataFormatException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] deflated() {
    byte[] plain = new byte[PLAIN_BYTES];
    new java.util.Random(1).nextBytes(plain);
    java.util.zip.Deflater deflater = new java.util.zip.Deflater(1);
    deflater.setInput(plain);
    deflater.finish();
    byte[] packed = new byte[2 * PLAIN_BYTES];
    int length = deflater.deflate(packed);
    deflater.end();
    return java.util.Arrays.copyOf(packed, length);
  }

  private static void free(List<Inflater> all) {
    for (int i = 0; i < all.size(); i++) if (i % KEPT != 0) all.get(i).end();
  }
}
