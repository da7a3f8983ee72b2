import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Scanner;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Holds 5,003 inflaters, 211 deflaters and 307 direct buffers, and does what a line of stdin says: gc, churn, buffers, storm (churn on all processors
 * from now on), collections, quit. */
public final class HeldNative {
  static final List<Object> HELD = new ArrayList<>();
  static final ByteBuffer FIRST = ByteBuffer.allocateDirect(4096);
  static volatile Object sink;

  public static void main(String[] arguments) throws Exception {
    hold();
    System.out.println("ready");
    Scanner lines = new Scanner(System.in);
    while (lines.hasNextLine()) {
      String line = lines.nextLine();
      if (line.equals("gc")) {
        System.gc();
      } else if (line.equals("churn")) {
        churn();
      } else if (line.equals("buffers")) {
        buffers();
      } else if (line.equals("storm")) {
        storm();
      } else if (line.equals("collections")) {
        System.out.println(collections());
        continue;
      } else {
        break;
      }
      System.out.println("done");
    }
  }

  private static void hold() throws Exception {
    Deflater deflater = new Deflater();
    byte[] packed = new byte[4096];
    deflater.setInput(new byte[2000]);
    deflater.finish();
    int bytes = deflater.deflate(packed);
    deflater.end();
    byte[] unpacked = new byte[4096];
    for (int count = 0; count < 5003; count++) {
      Inflater inflater = new Inflater();
      inflater.setInput(packed, 0, bytes);
      inflater.inflate(unpacked);
      HELD.add(inflater);
    }
    for (int count = 0; count < 211; count++) HELD.add(new Deflater());
    HELD.add(FIRST);
    for (int count = 1; count < 307; count++) HELD.add(ByteBuffer.allocateDirect(4096 + count));
  }

  static final class Numbered {
    final long address;

    Numbered(long address) {
      this.address = address;
    }
  }

  /** Holds 7 * 2,003 numbered objects; the first of them behind the buffers of threads that have used little of theirs. */
  private static void buffers() throws Exception {
    Numbered[] numbered = new Numbered[7 * 2003];
    HELD.add(numbered);
    for (int count = 0; count < numbered.length; count++) {
      if (count % 2003 == 0) startBuffer();
      numbered[count] = new Numbered(0x7f00_0000_0000L + 64L * count);
    }
  }

  private static void startBuffer() throws Exception {
    CountDownLatch hasBuffer = new CountDownLatch(1);
    Thread thread = new Thread(() -> {
      sink = new byte[16];
      hasBuffer.countDown();
      while (true) LockSupport.park();
    });
    thread.setDaemon(true);
    thread.start();
    hasBuffer.await();
  }

  private static void storm() {
    for (int count = Runtime.getRuntime().availableProcessors(); count > 0; count--) {
      Thread thread = new Thread(() -> {
        while (true) churn();
      });
      thread.setDaemon(true);
      thread.start();
    }
  }

  private static long collections() {
    long sum = 0;
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) sum += collector.getCollectionCount();
    return sum;
  }

  /** Fills the heap some times over; one object of twenty lives a little longer. */
  private static void churn() {
    Random random = new Random(1);
    List<byte[]> some = new ArrayList<>();
    for (int count = 0; count < 400_000; count++) {
      byte[] bytes = new byte[random.nextInt(600)];
      sink = bytes;
      if (random.nextInt(20) == 0) some.add(bytes);
      if (some.size() > 3000) some.clear();
    }
  }
}
