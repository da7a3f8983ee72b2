import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Scanner;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Holds 5,003 inflaters, 211 deflaters and 307 direct buffers, and does what a line of stdin says: gc, churn, quit. */
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
