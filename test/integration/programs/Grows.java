import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import sun.misc.Unsafe;

/** Grows BLOCK_BYTES BYTES_A_SECOND: keeps native blocks of that size, at that rate by the clock, from the first line on. */
public final class Grows {
  private static final List<Block> KEPT = new ArrayList<>();
  private static final long NANOS_A_SECOND = 1_000_000_000;

  private static final class Block {
    final long address;

    Block(long address) {
      this.address = address;
    }
  }

  public static void main(String[] arguments) throws Exception {
    long block = Long.parseLong(arguments[0]);
    long rate = Long.parseLong(arguments[1]);
    Field field = Unsafe.class.getDeclaredField("theUnsafe");
    field.setAccessible(true);
    Unsafe unsafe = (Unsafe) field.get(null);
    System.out.println("ready");
    long begun = System.nanoTime();
    while (System.in.available() == 0) {
      double seconds = (double) (System.nanoTime() - begun) / NANOS_A_SECOND;
      while (KEPT.size() * block < seconds * rate) KEPT.add(filled(unsafe, block));
      Thread.sleep(1);
    }
  }

  private static Block filled(Unsafe unsafe, long bytes) {
    long address = unsafe.allocateMemory(bytes);
    unsafe.setMemory(address, bytes, (byte) 1);
    return new Block(address);
  }
}
