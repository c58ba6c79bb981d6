package dev.triggers.proof.bench;

import dev.triggers.proof.reference.EmptyServer;
import dev.triggers.proof.reference.PlainBridge;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Servers to be measured beside ours, in the same run and with the same load; processes of their own. */
final class References implements AutoCloseable {

    static final String EMPTY = "an empty POST";
    static final String PLAIN = "a plain controller";
    static final String BY_ORG = "a plain controller, by org";

    private static final String JSON = "application/json";

    private final Bench bench;
    private final List<ServiceProcess> started = new ArrayList<>();
    private @Nullable ServiceProcess bridge;

    References(Bench bench) {
        this.bench = bench;
    }

    /** The server that ours runs on, answering a POST without a body with nothing. */
    Contender empty() throws InterruptedException {
        ServiceProcess server = started(EmptyServer.class, Map.of());
        return new Contender(EMPTY, RequestTemplate.post(server.address(), "/empty", Map.of(), ""));
    }

    /** What many would write: a controller that sends to Kafka and waits; the same body, no key. */
    Contender plain() throws InterruptedException {
        return new Contender(
                PLAIN, RequestTemplate.post(bridge().address(), "/events", Map.of("Content-Type", JSON), Posts.body()));
    }

    /** The same server, the record's key being an organisation: each has its order, in a partition of its own. */
    Contender byOrg(List<Org> orgs) throws InterruptedException {
        URI server = bridge().address();
        return new Contender(
                BY_ORG,
                server,
                Posts.of(
                        orgs,
                        org -> RequestTemplate.post(
                                server,
                                "/events-by-org",
                                Map.of("Content-Type", JSON, "X-Org", org.id().toString()),
                                Posts.body())));
    }

    private ServiceProcess bridge() throws InterruptedException {
        ServiceProcess there = bridge;
        if (there == null) {
            there = started(PlainBridge.class, Map.of("KAFKA", bench.kafka()));
            bridge = there;
        }
        return there;
    }

    /** Those named on the command line. */
    List<Contender> peers() {
        return bench.options().peers().stream()
                .map(file -> new Contender(String.valueOf(file.getFileName()), RequestTemplate.read(file)))
                .toList();
    }

    private ServiceProcess started(Class<?> main, Map<String, String> settings) throws InterruptedException {
        Map<String, String> environment = new HashMap<>(settings);
        environment.put("SERVER_PORT", ServiceProcess.PORT);
        environment.put("SERVER_ADDRESS", "127.0.0.1");
        ServiceProcess server = ServiceProcess.start(bench, main, environment);
        started.add(server);
        server.awaitReady();
        return server;
    }

    @Override
    public void close() {
        started.forEach(ServiceProcess::close);
    }
}
