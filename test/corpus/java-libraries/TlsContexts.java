// SPDX-License-Identifier: MIT
import io.netty.internal.tcnative.Library;
import io.netty.internal.tcnative.SSL;
import io.netty.internal.tcnative.SSLContext;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Contexts and connections of OpenSSL that are made for each connection and never freed, by Netty's library. */
final class TlsContexts {
    static final int CONTEXTS = 4_003;
    static final int CONNECTIONS_OF_ONE = 3;

    public static void main(String[] args) throws Exception {
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
        for (int i = 0; i < CONTEXTS; i++) {
            long context = SSLContext.make(SSL.SSL_PROTOCOL_TLSV1_2, SSL.SSL_MODE_SERVER);
            for (int j = 0; j < CONNECTIONS_OF_ONE; j++) SSL.newSSL(context, true);
        }
        Program.ready(0);
    }
}
