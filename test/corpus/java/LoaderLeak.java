// SPDX-License-Identifier: MIT
import java.io.IOException;

/**
 * Plugins that are deployed anew over and over, each with a class loader that something still refers to: far fewer loaders than an application server has,
 * and each with classes enough. With the argument `let-go` nothing refers to an old one, and collections unload it, as in a service that evaluates scripts.
 */
final class LoaderLeak {
    static final int CLASSES = 31;
    static final int METHODS = 61;
    /** Of a leak, before anybody looks; and as many as it may become. */
    static final int FIRST = 97;
    static final int MOST = 701;
    static final int PAUSE_MS = 101;
    static final ClassBytes.Loader[] HELD = new ClassBytes.Loader[MOST];

    public static void main(String[] args) throws Exception {
        boolean isHeld = args.length == 0;
        byte[][] plugin = new byte[CLASSES][];
        for (int i = 0; i < CLASSES; i++) {
            byte[] code = {0x1b, (byte) 0xac};
            plugin[i] = ClassBytes.withMethods("Plugin" + i, METHODS, code);
        }
        for (int i = 0; i < FIRST; i++) deploy(plugin, isHeld ? i : 0);
        System.gc();
        Thread worker = new Thread(() -> deployAll(plugin, isHeld), "deployer");
        worker.setDaemon(true);
        worker.start();
        Program.ready(0);
    }

    private static void deployAll(byte[][] plugin, boolean isHeld) {
        try {
            for (int i = FIRST; i < MOST; i++) {
                deploy(plugin, isHeld ? i : 0);
                Thread.sleep(PAUSE_MS);
            }
        } catch (IOException | InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private static void deploy(byte[][] plugin, int at) throws IOException {
        ClassBytes.Loader loader = new ClassBytes.Loader();
        for (int i = 0; i < CLASSES; i++) loader.define("Plugin" + i, plugin[i]);
        HELD[at] = loader;
    }
}
