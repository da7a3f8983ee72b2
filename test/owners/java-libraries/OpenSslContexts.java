// SPDX-License-Identifier: MIT
import io.netty.internal.tcnative.Library;
import io.netty.internal.tcnative.SSL;
import io.netty.internal.tcnative.SSLContext;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Contexts and connections of OpenSSL, by Netty's library: some are held, the connections of others are lost. */
final class OpenSslContexts {
    static final int CONTEXTS = 2_003;
    static final int CONNECTIONS_OF_ONE = 3;
    static final Context[] HELD = new Context[CONTEXTS];

    static final class Connection {
        final long ssl;

        Connection(long ssl) {
            this.ssl = ssl;
        }
    }

    static final class Context {
        final Connection[] connections = new Connection[CONNECTIONS_OF_ONE];
        final long context;

        Context() throws Exception {
            context = SSLContext.make(SSL.SSL_PROTOCOL_TLSV1_2, SSL.SSL_MODE_SERVER);
            for (int i = 0; i < CONNECTIONS_OF_ONE; i++) connections[i] = new Connection(SSL.newSSL(context, true));
        }
    }

    public static void main(String[] args) throws Exception {
        Malloc.load();
        // It looks at its own file's name.
        Path folder = Files.createTempDirectory("offheap-corpus");
        Path library = folder.resolve("libnetty_tcnative_linux_x86_64.so");
        try (InputStream in = Library.class.getResourceAsStream("/META-INF/native/libnetty_tcnative_linux_x86_64.so")) {
            Files.copy(in, library);
            System.load(library.toString());
        } finally {
            Folders.delete(folder);
        }
        Library.initialize("provided", null);
        // It initializes what all of them share.
        HELD[0] = new Context();
        long before = Malloc.bytesInUse();
        for (int i = 1; i < CONTEXTS; i++) HELD[i] = new Context();
        long bytes = (Malloc.bytesInUse() - before) / (CONTEXTS - 1) * CONTEXTS;
        Truth.ready(
                Truth.of("java", "OpenSslContexts$Context").objects(CONTEXTS),
                Truth.of("java", "OpenSslContexts$Connection").objects((long) CONTEXTS * CONNECTIONS_OF_ONE),
                Truth.of("java", "OpenSslContexts$*").bytes(bytes));
    }
}
