package dev.triggers.proof.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Closed and open load on a server that answers as ingest does. */
class LoadTest {

    private static final UUID ID = UUID.fromString("db5d6698-74b0-8fb6-aaa8-a3f2242e5ecc");

    private final Set<String> bodies = ConcurrentHashMap.newKeySet();
    private final AtomicInteger offset = new AtomicInteger();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicBoolean stalled = new AtomicBoolean();
    private HttpServer server;
    private URI address;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.setExecutor(threads);
        server.createContext("/sized", exchange -> answer(exchange, 1));
        server.createContext("/chunked", exchange -> answer(exchange, 0));
        server.createContext("/stalls-once", exchange -> {
            if (stalled.compareAndSet(false, true)) {
                stall();
            }
            answer(exchange, 1);
        });
        server.createContext("/mixed", exchange -> {
            exchange.getRequestBody().readAllBytes();
            byte[] said =
                    ("{\"results\":[{\"index\":0,\"outcome\":\"retry\",\"error\":{}},{\"index\":1,\"outcome\":\"received\","
                                    + "\"id\":\"" + ID + "\",\"receipt\":\"3-" + offset.getAndIncrement()
                                    + "\"},{\"index\":2,\"outcome\":\"retry\"}],\"received\":1,\"retry\":2}")
                            .getBytes(UTF_8);
            exchange.sendResponseHeaders(207, said.length);
            exchange.getResponseBody().write(said);
            exchange.close();
        });
        server.createContext("/refused", exchange -> {
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        });
        server.start();
        address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.close();
    }

    private void stall() {
        try {
            Thread.sleep(400);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @param sized 1: the length is said beforehand; 0: the answer comes in chunks */
    private void answer(HttpExchange exchange, int sized) throws IOException {
        bodies.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
        byte[] said = ("{\"id\":\"" + ID + "\",\"receipt\":\"3-" + offset.getAndIncrement()
                        + "\",\"links\":{\"self\":\"/v1/receipts/3-1?id=" + ID + "\"}," + " ".repeat(6_000)
                        + "\"x\":1}")
                .getBytes(UTF_8);
        exchange.sendResponseHeaders(202, (long) sized * said.length);
        try (var body = exchange.getResponseBody()) {
            for (int from = 0; from < said.length; from += 1_000) {
                body.write(said, from, Math.min(1_000, said.length - from));
                body.flush();
            }
        }
    }

    private RequestTemplate template(String path) {
        return RequestTemplate.post(address, path, Map.of(), "{\"dedup_id\":\"{number}\",\"n\":{number}}");
    }

    private static ClosedLoad.Size requests(int count) {
        return new ClosedLoad.Size(5, Duration.ZERO, Duration.ofSeconds(30), count);
    }

    private static List<Long> offsets(Tally tally) {
        List<Long> offsets = new ArrayList<>();
        tally.receipts().forEach((partition, at, id) -> {
            assertThat(partition).isEqualTo(3);
            assertThat(id).isEqualTo(ID);
            offsets.add(at);
        });
        return offsets.stream().sorted().toList();
    }

    @Test
    void everyRequestIsSentOnceAndEveryReceiptIsKept() throws IOException {
        Tally tally = ClosedLoad.run(address, template("/sized"), requests(300));

        assertThat(bodies).hasSize(300).allMatch(body -> body.matches("\\{\"dedup_id\":\"(\\d{12})\",\"n\":\\1}"));
        assertThat(offsets(tally)).hasSize(300).startsWith(0L).endsWith(299L).doesNotHaveDuplicates();
        assertThat(tally.latency().getTotalCount()).isEqualTo(300);
        assertThat(tally.successPercent()).isEqualTo(100);
    }

    @Test
    void anAnswerInChunksIsRead() throws IOException {
        assertThat(offsets(ClosedLoad.run(address, template("/chunked"), requests(50))))
                .hasSize(50)
                .doesNotHaveDuplicates();
    }

    @Test
    void refusalsAreCountedAndMayHaveArrived() throws IOException {
        Tally tally = ClosedLoad.run(address, template("/refused"), requests(20));

        assertThat(tally.statuses()).startsWith("20 × 503");
        assertThat(tally.successPercent()).isZero();
        assertThat(tally.unknown()).isEqualTo(20);
        assertThatThrownBy(tally::requireAllTaken).hasMessageContaining("20 × 503");
    }

    @Test
    void ofABatchThatWasTakenInPartTheRestMayHaveArrived() throws IOException {
        Tally tally = ClosedLoad.run(address, template("/mixed"), requests(20));

        assertThat(offsets(tally)).hasSize(20).doesNotHaveDuplicates();
        assertThat(tally.unknown()).isEqualTo(40);
        assertThatThrownBy(tally::requireAllTaken)
                .hasMessageContaining("20 × 207")
                .hasMessageContaining("\"outcome\":\"retry\"");
    }

    @Test
    void aLoadThatIsHeldBackGoesOnWhenItMay() throws IOException {
        AtomicInteger asked = new AtomicInteger();

        Tally tally =
                new ClosedLoad(address, template("/sized"), requests(50), () -> asked.incrementAndGet() % 3 == 0).run();

        assertThat(tally.received()).isEqualTo(50);
    }

    @Test
    void whatIsDueDuringAStallWaitsInTheFigures() throws IOException {
        OpenLoad.Size size = new OpenLoad.Size(1, 100, Duration.ZERO, Duration.ofSeconds(1));

        Tally tally = OpenLoad.run(address, template("/stalls-once"), size);

        assertThat(tally.received()).isEqualTo(100);
        assertThat(tally.millis(100)).isGreaterThanOrEqualTo(399);
        assertThat(tally.millis(75))
                .as("a stall of 400 ms delays the 40 that were due in it")
                .isGreaterThan(100);
    }
}
