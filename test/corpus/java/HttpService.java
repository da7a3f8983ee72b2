// SPDX-License-Identifier: MIT
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;

/** A service that has answered some thousand requests: a pool of threads, a cache, templates, compiled code. */
final class HttpService {
    static final int REQUESTS = 6_007;
    static final int ENTRIES = 997;
    static final int THREADS = 16;
    static final ConcurrentHashMap<Integer, String> CACHE = new ConcurrentHashMap<>();

    public static void main(String[] args) throws Exception {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        HttpServer server = HttpServer.create(address, 0);
        server.setExecutor(Executors.newFixedThreadPool(THREADS, HttpService::daemon));
        server.createContext("/", exchange -> {
            byte[] page = render(exchange.getRequestURI().getPath().hashCode() % ENTRIES).getBytes();
            exchange.sendResponseHeaders(200, page.length);
            try (java.io.OutputStream body = exchange.getResponseBody()) {
                body.write(page);
            }
        });
        server.start();
        load(server.getAddress().getPort());
        Program.ready(0);
        server.stop(0);
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "http");
        thread.setDaemon(true);
        return thread;
    }

    private static String render(int key) {
        return CACHE.computeIfAbsent(key, number -> String.format("<html><p>%d of %s</p></html>", number, "x".repeat(1_009)));
    }

    private static void load(int port) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        for (int i = 0; i < REQUESTS; i++) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/" + i)).build();
            if (client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode() != 200) throw new AssertionError();
        }
    }
}
