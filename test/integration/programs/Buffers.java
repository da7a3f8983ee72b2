import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Keeps COUNT direct buffers of BYTES each in a static list, and as many more for each letter `a`, one line of output each. */
public class Buffers {
  private static final List<ByteBuffer> KEPT = new ArrayList<>();

  public static void main(String[] args) throws Exception {
    int count = Integer.parseInt(args[0]);
    int bytes = Integer.parseInt(args[1]);
    keep(count, bytes);
    System.out.println("ready");
    while (System.in.read() == 'a') {
      keep(count, bytes);
      System.out.println("done");
    }
  }

  private static void keep(int count, int bytes) {
    for (int i = 0; i < count; i++) KEPT.add(ByteBuffer.allocateDirect(bytes));
  }
}
