// SPDX-License-Identifier: MIT
import java.util.ArrayList;
import java.util.List;

/** Class loaders that nobody lets go of: the class of each holds codecs, and all those classes have one name. */
final class LoaderLeak {
    static final int LOADERS = 201;
    static final int CODECS = 7;
    static final List<Object> HELD = new ArrayList<>();

    /** Defined by each loader anew. */
    static final class Plugin {
        static final Plugin[] ALL = new Plugin[CODECS];

        final long codec = NativeCodec.make(NativeCodec.CONTENT);

        public Plugin() {
            for (int i = 0; i < CODECS; i++) {
                if (ALL[i] == null) {
                    ALL[i] = this;
                    return;
                }
            }
        }
    }

    static final class Loader extends ClassLoader {
        private final byte[] bytes;

        Loader(byte[] bytes) {
            super(LoaderLeak.class.getClassLoader());
            this.bytes = bytes;
        }

        Class<?> define() {
            return defineClass("LoaderLeak$Plugin", bytes, 0, bytes.length);
        }
    }

    public static void main(String[] args) throws Exception {
        Malloc.load();
        byte[] bytes;
        try (java.io.InputStream in = LoaderLeak.class.getResourceAsStream("LoaderLeak$Plugin.class")) {
            bytes = in.readAllBytes();
        }
        for (int i = 0; i < LOADERS; i++) {
            Class<?> plugin = new Loader(bytes).define();
            HELD.add(plugin);
            java.lang.reflect.Constructor<?> constructor = plugin.getDeclaredConstructor();
            constructor.setAccessible(true);
            for (int j = 0; j < CODECS; j++) constructor.newInstance();
        }
        long objects = LOADERS * CODECS;
        Truth.ready(Truth.of("java", "LoaderLeak$Plugin").loaders(LOADERS).objects(objects).blocks(objects).bytes(objects * NativeCodec.bytesOfOne()));
    }
}
