import java.util.ArrayList;
import java.util.List;
import java.util.zip.Inflater;

/** Keeps an Inflater each millisecond, up to a bound, and ends another one. */
public final class MakesOne {
    private static final List<Inflater> KEPT = new ArrayList<>();
    private static final int MOST = 20_000;

    public static void main(String[] arguments) throws Exception {
        Thread making = new Thread(MakesOne::run, "making");
        making.setDaemon(true);
        making.start();
        System.out.println("ready");
        System.in.read();
    }

    private static void run() {
        try {
            for (int made = 0; made < MOST; made++) {
                keep();
                end();
                Thread.sleep(1);
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private static void keep() {
        KEPT.add(new Inflater());
    }

    private static void end() {
        new Inflater().end();
    }
}
