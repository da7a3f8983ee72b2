import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Serves fifty requests a second, each of which inflates 64 KiB with an Inflater of its own. On a line of its stdin it does one thing more, and answers with a
 * line: `b` is a burst, STREAMS Inflaters on each of four threads of which all but every fiftieth are ended; `q` tells of the requests since the last `q` how many
 * there were, and the median, the 99th percentile and the longest of their times in nanoseconds.
 */
public class TendedLoop {
    private static final int THREADS = 4;
    private static final int KEPT = 50;
    private static final int PLAIN = 1 << 16;
    private static final long BETWEEN_MS = 20;
    private static final byte[] STREAM = deflated();
    private static final List<Inflater> kept = new ArrayList<>();
    private static long[] times = new long[1 << 16];
    private static int count;

    public static void main(String[] args) throws Exception {
        int streams = Integer.parseInt(args[0]);
        Thread serving = new Thread(TendedLoop::serve, "serving");
        serving.setDaemon(true);
        serving.start();
        System.out.println("ready");
        for (int letter; (letter = System.in.read()) >= 0; ) {
            if (letter == 'b') burst(streams);
            if (letter == 'b') System.out.println("done");
            if (letter == 'q') System.out.println(tell());
        }
    }

    private static void serve() {
        byte[] plain = new byte[1 << 13];
        while (true) {
            long begun = System.nanoTime();
            inflate(plain).end();
            add(System.nanoTime() - begun);
            try {
                Thread.sleep(BETWEEN_MS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static synchronized void add(long nanoseconds) {
        if (count == times.length) times = Arrays.copyOf(times, 2 * count);
        times[count++] = nanoseconds;
    }

    private static synchronized String tell() {
        Arrays.sort(times, 0, count);
        String line = count == 0 ? "0 0 0 0"
            : count + " " + times[count / 2] + " " + times[(int) (count * 0.99)] + " " + times[count - 1];
        count = 0;
        return line;
    }

    private static Inflater inflate(byte[] plain) {
        try {
            Inflater inflater = new Inflater();
            inflater.setInput(STREAM);
            while (!inflater.finished()) inflater.inflate(plain);
            return inflater;
        } catch (java.util.zip.DataFormatException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the burst before has kept ends with this one. */
    private static void burst(int streams) throws InterruptedException {
        for (Inflater inflater : kept) inflater.end();
        kept.clear();
        List<Inflater> all = new ArrayList<>();
        List<Thread> workers = new ArrayList<>();
        for (int index = 0; index < THREADS; index++) {
            Thread worker = new Thread(() -> {
                byte[] plain = new byte[1 << 13];
                for (int stream = 0; stream < streams; stream++) {
                    Inflater inflater = inflate(plain);
                    synchronized (all) {
                        all.add(inflater);
                    }
                }
            }, "burst-" + index);
            worker.start();
            workers.add(worker);
        }
        for (Thread worker : workers) worker.join();
        for (int index = 0; index < all.size(); index++) {
            if (index % KEPT == 0) kept.add(all.get(index));
            else all.get(index).end();
        }
    }

    private static byte[] deflated() {
        byte[] plain = new byte[PLAIN];
        new java.util.Random(1).nextBytes(plain);
        Deflater deflater = new Deflater(1);
        deflater.setInput(plain);
        deflater.finish();
        byte[] packed = new byte[2 * PLAIN];
        int length = deflater.deflate(packed);
        deflater.end();
        return Arrays.copyOf(packed, length);
    }
}
