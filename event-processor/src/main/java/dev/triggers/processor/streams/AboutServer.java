package dev.triggers.processor.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.triggers.common.about.Readiness;
import dev.triggers.common.about.ReadinessReport;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * {@code /livez}, {@code /readyz} and {@code /metrics} of a service that serves nothing else: the JDK's own server will do.
 * It has no bounds unless system properties give it some (module {@code jdk.httpserver}), so it is given those for as many
 * connections as anybody's probes need, and for seconds that a request and an answer may take; whoever sets one decides.
 */
public final class AboutServer implements AutoCloseable {

    /** Further ones are closed, which that server has no way to count. */
    static final int CONNECTIONS = 100;

    static final int REQUEST_SECONDS = 5;
    private static final int ANSWER_SECONDS = 30;
    private static final String JSON = "application/json";

    static {
        bound("jdk.httpserver.maxConnections", CONNECTIONS);
        bound("sun.net.httpserver.maxReqTime", REQUEST_SECONDS);
        bound("sun.net.httpserver.maxRspTime", ANSWER_SECONDS);
    }

    private final HttpServer server;
    private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();

    /** Serves at once. Throws {@link IOException} when the port is taken. */
    public AboutServer(InetSocketAddress address, List<Readiness> parts, Supplier<String> metrics) throws IOException {
        server = HttpServer.create(address, 0);
        server.setExecutor(requests);
        server.createContext("/livez", exchange -> answer(exchange, 200, JSON, "{\"status\":\"alive\"}"));
        server.createContext("/readyz", exchange -> {
            ReadinessReport report = ReadinessReport.of(parts);
            answer(exchange, report.status(), JSON, report.json());
        });
        server.createContext("/metrics", exchange -> answer(exchange, 200, "text/plain; version=0.0.4", metrics.get()));
        server.start();
    }

    private static void bound(String property, int most) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, Integer.toString(most));
        }
    }

    public int port() {
        return server.getAddress().getPort();
    }

    private static void answer(HttpExchange exchange, int status, String type, String text) throws IOException {
        try (exchange) {
            byte[] body = text.getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        requests.close();
    }
}
