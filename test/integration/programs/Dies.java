import java.io.RandomAccessFile;
import java.lang.reflect.Field;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import sun.misc.Unsafe;

/**
 * Ends as JVMs do in production: by memory that is refused. What it asks for is its first argument; after that is refused, it has the JVM itself ask for more, which writes its
 * error report. It is of Java 8.
 */
public final class Dies {
  static final List<Object> kept = new ArrayList<>();

  static byte[] ownClass;

  public static void main(String[] args) throws Exception {
    ownClass = readAll(Dies.class.getResourceAsStream("Dies.class"));
    switch (args[0]) {
      case "blocks": takeBlocks(Integer.parseInt(args[1])); break;
      case "threads": startThreads(Integer.parseInt(args[1])); break;
      case "mappings": mapFile(args[1]); break;
      case "heap": fillHeap(); break;
      case "classes": loadClasses(); break;
      case "null": unsafe().putAddress(0, 1); break;
      case "leaks": leakFor(Integer.parseInt(args[1])); return;
      case "hoards": hoardFor(Integer.parseInt(args[1])); return;
      case "waits": System.out.println("up"); Thread.sleep(600_000); break;
      default: throw new IllegalArgumentException(args[0]);
    }
    haveJvmAsk();
  }

  /** Blocks of malloc that nobody frees; when one is refused, smaller ones, until there is nothing left for the JVM either. */
  static void takeBlocks(int kibibytes) throws Exception {
    Unsafe unsafe = unsafe();
    for (long bytes = kibibytes * 1024L; bytes >= 16; bytes /= 2) {
      try {
        for (;;) unsafe.setMemory(unsafe.allocateMemory(bytes), bytes, (byte) 1);
      } catch (OutOfMemoryError refused) {
        if (bytes == 16) System.out.println(refused);
      }
    }
  }

  /** Two MiB of native memory, ten times a second, and some garbage. */
  static void leakFor(int seconds) throws Exception {
    long bytes = 2 << 20;
    for (long end = System.nanoTime() + seconds * 1_000_000_000L; System.nanoTime() < end; Thread.sleep(100)) {
      unsafe().setMemory(unsafe().allocateMemory(bytes), bytes, (byte) 1);
      for (int i = 0; i < 20; i++) kept.add(new byte[100_000]);
      kept.clear();
    }
  }

  /** Two MiB of Java objects, ten times a second, beside as much garbage. */
  static void hoardFor(int seconds) throws Exception {
    List<byte[]> garbage = new ArrayList<>();
    for (long end = System.nanoTime() + seconds * 1_000_000_000L; System.nanoTime() < end; Thread.sleep(100)) {
      for (int i = 0; i < 20; i++) kept.add(new byte[100_000]);
      for (int i = 0; i < 40; i++) garbage.add(new byte[100_000]);
      garbage.clear();
    }
  }

  static void startThreads(int most) {
    CountDownLatch never = new CountDownLatch(1);
    try {
      for (int i = 0; i < most; i++) {
        Thread thread = new Thread(() -> { try { never.await(); } catch (InterruptedException e) { } }, "worker-" + i);
        thread.setDaemon(true);
        thread.start();
      }
    } catch (OutOfMemoryError refused) {
      System.out.println(refused);
    }
  }

  /** Every other page of a file, so that the kernel can merge none. */
  static void mapFile(String path) throws Exception {
    try (FileChannel channel = new RandomAccessFile(path, "rw").getChannel()) {
      for (long page = 0; ; page++) kept.add(channel.map(FileChannel.MapMode.READ_ONLY, 8192 * (page % 64), 4096));
    } catch (java.io.IOException | OutOfMemoryError refused) {
      System.out.println(refused);
    }
  }

  static void fillHeap() {
    for (;;) kept.add(new byte[100_000]);
  }

  /** The same class by one loader after the other. */
  static void loadClasses() throws Exception {
    for (;;) kept.add(new Loader().define(ownClass));
  }

  static final class Loader extends ClassLoader {
    Class<?> define(byte[] content) throws Exception {
      Class<?> found = defineClass("Dies", content, 0, content.length);
      found.getDeclaredMethods();
      return found;
    }
  }

  static byte[] readAll(java.io.InputStream in) throws java.io.IOException {
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    for (int read; (read = in.read(buffer)) > 0; ) out.write(buffer, 0, read);
    return out.toByteArray();
  }

  /** Heap and classes: the JVM ends at the first memory that it cannot do without. */
  static void haveJvmAsk() {
    for (int i = 0; i < 1000; i++) {
      try { kept.add(new byte[1 << 20]); } catch (Throwable refused) { kept.clear(); }
      try { kept.add(new Loader().define(ownClass)); } catch (Throwable refused) { kept.clear(); }
    }
  }

  static Unsafe unsafe() throws Exception {
    Field field = Unsafe.class.getDeclaredField("theUnsafe");
    field.setAccessible(true);
    return (Unsafe) field.get(null);
  }
}
