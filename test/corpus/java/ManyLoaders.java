// SPDX-License-Identifier: MIT
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/** Class loaders that were made in a loop and are held: each keeps chunks of metaspace for its few classes. */
final class ManyLoaders {
    static final int LOADERS = 9_001;
    static final Object[] HELD = new Object[LOADERS];

    /** With an interface that only its own loader sees, so that the proxy class is defined there. */
    static final class OwnLoader extends ClassLoader {
        private final byte[] bytes;

        OwnLoader(byte[] bytes) {
            super(ManyLoaders.class.getClassLoader());
            this.bytes = bytes;
        }

        Class<?> define() {
            return defineClass("ManyLoaders$Service", bytes, 0, bytes.length);
        }
    }

    interface Service {
        long charge(String account, long cents, int attempts);

        String describe(Object subject, String language, boolean terse);
    }

    public static void main(String[] args) throws Exception {
        byte[] bytes;
        try (java.io.InputStream in = ManyLoaders.class.getResourceAsStream("ManyLoaders$Service.class")) {
            bytes = new byte[in.available()];
            new java.io.DataInputStream(in).readFully(bytes);
        }
        InvocationHandler handler = (proxy, method, arguments) -> null;
        for (int i = 0; i < LOADERS; i++) {
            OwnLoader loader = new OwnLoader(bytes);
            HELD[i] = Proxy.newProxyInstance(loader, new Class<?>[] {loader.define()}, handler);
        }
        Program.ready(0);
    }
}
