// SPDX-License-Identifier: MIT
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** A service for docs/tasks.md: each request inflates a text on one of eight threads and leaves its Inflater to the GC, as the article's jar scanner did. */
public final class Service {
    /** Twice zlib's window of 32 KiB: the window is written whole. */
    private static final int TEXT_BYTES = 65_536;
    private static final int THREADS = 8;

    private final byte[] packed = pack();

    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(args[0]);
        Service service = new Service();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/", exchange -> answer(exchange, "ok\n"));
        server.createContext("/work", exchange -> answer(exchange, service.work()));
        server.setExecutor(Executors.newFixedThreadPool(THREADS));
        server.start();
    }

    private String work() {
        // In two steps: zlib makes its window only for output that comes in pieces.
        byte[] piece = new byte[TEXT_BYTES / 2 + 1];
        long bytes = 0;
        // For each request as many jars as a small service has.
        for (int jar = 0; jar < 100; jar++) {
            Inflater inflater = new Inflater();
            inflater.setInput(packed);
            try {
                while (!inflater.finished()) bytes += inflater.inflate(piece);
            } catch (DataFormatException impossible) {
                throw new AssertionError(impossible);
            }
        }
        return bytes + " bytes\n";
    }

    /** Of a text that is hard to compress. */
    private static byte[] pack() {
        byte[] text = new byte[TEXT_BYTES];
        new Random(TEXT_BYTES).nextBytes(text);
        Deflater deflater = new Deflater();
        deflater.setInput(text);
        deflater.finish();
        byte[] packed = new byte[2 * TEXT_BYTES];
        int length = deflater.deflate(packed);
        deflater.end();
        return java.util.Arrays.copyOf(packed, length);
    }

    private static void answer(HttpExchange exchange, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
