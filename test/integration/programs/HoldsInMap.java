import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.Inflater;

/** Keeps Inflaters in a map of an object to which a static field leads, and much garbage leads too. */
public final class HoldsInMap {
    private static final Object[] APPLICATION = new Object[1];
    private static final int HANDLERS = 1000;

    /** What a framework makes for each request. */
    private static final class Handler {
        final Registry registry;

        Handler(Registry registry) {
            this.registry = registry;
        }
    }

    private static final class Chain {
        final Handler handler;

        Chain(Handler handler) {
            this.handler = handler;
        }
    }

    private static final class Registry {
        final Map<Integer, Inflater> inflaters = new ConcurrentHashMap<>();
    }

    private static void fill(int made) {
        Registry registry = new Registry();
        for (int i = 0; i < made; i++) registry.inflaters.put(i, new Inflater());
        for (int i = 0; i < HANDLERS; i++) new Chain(new Handler(registry));
        APPLICATION[0] = registry;
    }

    public static void main(String[] arguments) throws Exception {
        int made = Integer.parseInt(arguments[0]);
        Thread thread = new Thread(() -> fill(made));
        thread.start();
        thread.join();
        System.out.println("ready");
        System.in.read();
    }
}
