import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Leaves free memory at the tops of arenas: a large block was freed, which raised glibc's trim threshold to 62 MiB. A letter of stdin, a line of stdout: `a` allocates 499 blocks on each of
 * THREADS threads and frees them; `s` does the same with three; `t` starts 30 more threads, which allocate and stay.
 */
public class ArenaTops {
  private static final int BLOCK = 40_009;
  private static final int LARGE = 31 << 20;
  private static final int MANY = 499;
  private static final int FEW = 3;
  private static final int MORE_THREADS = 30;
  private static final sun.misc.Unsafe unsafe = unsafe();

  public static void main(String[] args) throws Exception {
    int threads = Integer.parseInt(args[0]);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    unsafe.freeMemory(unsafe.allocateMemory(LARGE));
    System.out.println("ready");
    for (int letter; (letter = System.in.read()) >= 0; ) {
      if (letter == 'a') onEach(pool, threads, () -> use(MANY));
      if (letter == 's') onEach(pool, threads, () -> use(FEW));
      if (letter == 't') startMore();
      System.out.println("done");
    }
    System.exit(0);
  }

  private interface Work {
    void run() throws Exception;
  }

  /** Each thread of the pool does it once: it waits for the others. */
  private static void onEach(ExecutorService pool, int threads, Work work) throws Exception {
    java.util.concurrent.CyclicBarrier all = new java.util.concurrent.CyclicBarrier(threads);
    List<Callable<Object>> works = new ArrayList<>();
    for (int i = 0; i < threads; i++) works.add(() -> { all.await(); work.run(); return null; });
    pool.invokeAll(works);
  }

  private static void use(int count) {
    long[] blocks = new long[count];
    for (int i = 0; i < count; i++) {
      blocks[i] = unsafe.allocateMemory(BLOCK);
      unsafe.setMemory(blocks[i], BLOCK, (byte) 1);
    }
    for (long block : blocks) unsafe.freeMemory(block);
  }

  private static void startMore() throws Exception {
    java.util.concurrent.CountDownLatch allocated = new java.util.concurrent.CountDownLatch(MORE_THREADS);
    for (int i = 0; i < MORE_THREADS; i++) {
      Thread thread = new Thread(() -> {
        unsafe.allocateMemory(BLOCK);
        allocated.countDown();
        java.util.concurrent.locks.LockSupport.park();
      });
      thread.setDaemon(true);
      thread.start();
    }
    allocated.await();
  }

  private static sun.misc.Unsafe unsafe() {
    try {
      Field field = sun.misc.Unsafe.class.getDeclaredField("theUnsafe");
      field.setAccessible(true);
      return (sun.misc.Unsafe) field.get(null);
    } catch (ReflectiveOperationException missing) {
      throw new AssertionError(missing);
    }
  }
}
