package dev.triggers.inbox.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import dev.triggers.access.IssuedKey;
import dev.triggers.access.Scope;
import dev.triggers.backends.PostgresAddress;
import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.wire.Accepted;
import dev.triggers.common.wire.Topics;
import dev.triggers.inbox.Events;
import dev.triggers.inbox.InboxService;
import dev.triggers.inbox.InboxService.Tenant;
import dev.triggers.inbox.http.SseClient.Frame;
import dev.triggers.inbox.live.EventStreams;
import dev.triggers.inbox.projection.LogProjector;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Streams over HTTP from two instances on one database, fed through the topic. */
@ExtendWith(RealBackendsExtension.class)
class StreamIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int IDLE = 2_000;
    private static final int MOST_OF_AN_ORG = IDLE + 100;
    /** Streams are half of them at most. */
    private static final int CONNECTIONS = 2 * MOST_OF_AN_ORG;

    private static final int HEAP_BYTES_A_STREAM = 200_000;

    private static RealBackends backends;
    private static PostgresAddress database;
    private static InboxService one;
    private static InboxService other;
    private static KafkaProducer<byte[], byte[]> producer;

    private Tenant tenant;
    private OrgId org;

    @BeforeAll
    static void start(RealBackends real) {
        backends = real;
        database = real.freshDatabase("streams");
        one = instance(MOST_OF_AN_ORG, "15s");
        other = instance(2, "300ms");
        producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        real.kafkaBootstrap(),
                        ProducerConfig.LINGER_MS_CONFIG,
                        5),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static InboxService instance(int mostOfAnOrg, String heartbeat) {
        return InboxService.start(
                backends,
                database,
                "--triggers.inbox.streams.heartbeat=" + heartbeat,
                "--triggers.inbox.streams.patience=2s",
                "--triggers.inbox.streams.per-org=" + mostOfAnOrg,
                "--server.tomcat.max-connections=" + CONNECTIONS);
    }

    @BeforeEach
    void newOrg() {
        tenant = one.newOrg();
        org = tenant.org();
    }

    @AfterAll
    static void stop() {
        producer.close();
        one.close();
        other.close();
    }

    @Test
    void everyEventComesOnceInOrderWithItsSequenceAsId() throws Exception {
        append(1, 300);
        try (SseClient client = SseClient.open(one.at("/v1/stream?after=0"), tenant.key())) {
            awaitIds(client, 1, 300);
            append(301, 350);
            awaitIds(client, 1, 350);

            Frame frame = client.frames.get(6);
            assertThat(frame.event()).isEmpty();
            assertThat(frame.data())
                    .startsWith("{\"id\":\"")
                    .contains("\"sequence\":7,")
                    .contains("\"subject\":\"größe\"")
                    .endsWith(",\"data\":{\"n\":7}}");
        }
    }

    @Test
    void withoutAPlaceToBeginItBeginsNow() throws Exception {
        append(1, 10);
        awaitProjected(10);
        try (SseClient client = SseClient.open(one.at("/v1/stream"), tenant.key())) {
            await().atMost(SOON).until(() -> client.lastEventId.equals("10"));
            append(11, 12);

            awaitIds(client, 11, 12);
        }
    }

    @Test
    void whoIsCutOffGoesOnOnAnotherInstanceWithoutGapOrRepeat() throws Exception {
        append(1, 40);
        List<Long> seen = new ArrayList<>();
        String last;
        try (SseClient client = SseClient.open(one.at("/v1/stream?after=0"), tenant.key())) {
            await().atMost(SOON).until(() -> client.frames.size() >= 20);
            seen.addAll(client.ids().subList(0, 20));
            last = client.frames.get(19).id();
        }
        append(41, 60);
        try (SseClient client = SseClient.open(other.at("/v1/stream?after=0"), tenant.key(), "Last-Event-ID", last)) {
            awaitIds(client, 21, 60);
            seen.addAll(client.ids());
        }
        assertThat(seen).isEqualTo(sequences(1, 60));
    }

    @Test
    void anInstanceThatGoesDownSaysSoAndTheNextOneGoesOn() throws Exception {
        append(1, 5);
        String last;
        InboxService third = instance(2, "15s");
        try (SseClient client = SseClient.open(third.at("/v1/stream?after=0"), tenant.key())) {
            awaitIds(client, 1, 5);
            int before = client.retryMillis;

            Instant began = Instant.now();
            third.close();

            await().atMost(SOON).until(client::ended);
            assertThat(client.comments.getLast()).isEqualTo(": going down");
            assertThat(client.retryMillis).isBetween(500, 4_000).isNotEqualTo(before);
            assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(8));
            last = client.lastEventId;
        }
        append(6, 9);
        try (SseClient client = SseClient.open(one.at("/v1/stream"), tenant.key(), "Last-Event-ID", last)) {
            awaitIds(client, 6, 9);
        }
    }

    @Test
    void onlyTheTypesAskedForComeAndTheRestIsNotLookedAtAgain() throws Exception {
        append(1, 30, n -> n % 10 == 0 ? "order.paid" : n % 10 == 5 ? "invoice.sent" : "noise");
        append(31, 31, _ -> "noise");
        try (SseClient client =
                SseClient.open(other.at("/v1/stream?after=0&types=order.*,invoice.sent"), tenant.key())) {
            await().atMost(SOON).until(() -> client.frames.size() == 6);

            assertThat(client.ids()).containsExactly(5L, 10L, 15L, 20L, 25L, 30L);
            await().atMost(SOON).until(() -> client.lastEventId.equals("31"));
        }
    }

    @Test
    void aStartThatIsKeptNoMoreSaysWhatIsMissing() throws Exception {
        append(1, 20);
        awaitProjected(20);
        sql("delete from inbox.event where org = '" + org + "' and sequence <= 8");

        try (SseClient client = SseClient.open(one.at("/v1/stream?after=3"), tenant.key())) {
            await().atMost(SOON).until(() -> client.frames.size() == 13);

            assertThat(client.frames.getFirst()).isEqualTo(new Frame("8", "gap", "{\"from\":4,\"to\":8}"));
            assertThat(client.ids().subList(1, 13)).isEqualTo(sequences(9, 20));
        }
        sql("delete from inbox.event where org = '" + org + "'");
        try (SseClient client = SseClient.open(one.at("/v1/stream?after=8"), tenant.key())) {
            await().atMost(SOON).until(() -> client.frames.size() == 1);

            assertThat(client.frames.getFirst()).isEqualTo(new Frame("20", "gap", "{\"from\":9,\"to\":20}"));
        }
    }

    @Test
    void dataSentOverSeveralLinesIsOneFrame() throws Exception {
        append(List.of(Events.accepted(org, 1, "{\n  \"a\": 1,\r\n  \"b\": \"\\n\"\r}")));
        try (SseClient client = SseClient.open(one.at("/v1/stream?after=0"), tenant.key())) {
            await().atMost(SOON).until(() -> client.frames.size() == 1);

            assertThat(client.frames.getFirst().data()).endsWith("\"data\":{\n\"a\": 1,\n\"b\": \"\\n\"\n}}");
        }
    }

    @Test
    void aSilentStreamSaysThatItIsThere() throws Exception {
        try (SseClient client = SseClient.open(other.at("/v1/stream"), tenant.key())) {
            await().atMost(SOON)
                    .until(() -> client.comments.stream()
                                    .filter(": keep-alive"::equals)
                                    .count()
                            >= 2);
        }
    }

    @Test
    void aReaderThatStandsStillStallsNobodyAndIsCutOff() throws Exception {
        double before = ended(one, "stalled");
        try (Socket slow = connect("/v1/stream?after=0");
                SseClient fast = SseClient.open(one.at("/v1/stream?after=0"), tenant.key())) {
            append(LongStream.rangeClosed(1, 200)
                    .mapToObj(n -> Events.accepted(org, n, "{\"x\":\"" + "y".repeat(100_000) + "\"}"))
                    .toList());

            awaitIds(fast, 1, 200);
            append(201, 210);
            awaitIds(fast, 1, 210);

            await().atMost(SOON).until(() -> ended(one, "stalled") == before + 1);
            assertThat(fast.ended()).isFalse();
            assertThat(readToEnd(slow)).isLessThan(200 * 100_000);
        }
    }

    @Test
    void aStreamEndsWhenItsKeyDoes() throws Exception {
        IssuedKey key = one.issue(org, Scope.INBOX_READ);
        try (SseClient client =
                        SseClient.open(one.at("/v1/stream?after=0"), key.key().reveal());
                SseClient same = SseClient.open(one.at("/v1/stream?after=0"), tenant.key())) {
            append(1, 1);
            awaitIds(client, 1, 1);

            other.revoke(org, key.id());

            await().atMost(Duration.ofSeconds(10)).until(client::ended);
            append(2, 2);
            awaitIds(same, 1, 2);
            assertThat(client.ids()).containsExactly(1L);
            assertThat(ended(one, "key")).isEqualTo(1);
        }
    }

    @Test
    void anInboxsStreamSaysHowMuchArrivedAndNothingElse() throws Exception {
        append(1, 3);
        awaitProjected(3);
        try (SseClient client = SseClient.open(one.at("/v1/inboxes/default/events"), tenant.key())) {
            append(4, 8);

            await().atMost(SOON).until(() -> counted(client) == 5);
            String inbox = InboxId.defaultOf(org).toString();
            assertThat(client.frames)
                    .allSatisfy(frame -> assertThat(frame)
                            .isEqualTo(new Frame(
                                    "", "", "{\"inbox_id\":\"" + inbox + "\",\"count\":" + count(frame) + "}")));
        }
        assertThat(SseClient.refused(one.at("/v1/inboxes/" + Events.newOrg() + "/events"), tenant.key())
                        .statusCode())
                .isEqualTo(404);
    }

    private static long counted(SseClient client) {
        return client.frames.stream().mapToLong(StreamIT::count).sum();
    }

    private static long count(Frame frame) {
        return Long.parseLong(frame.data().replaceAll(".*\"count\":(\\d+)}", "$1"));
    }

    @Test
    void whatIsNoStartOrNoTypeIsRefused() throws Exception {
        for (String query : List.of("after=-1", "after=x", "types=a*b", "types=", "since=1", "after=1&after=2")) {
            HttpResponse<String> answer = SseClient.refused(one.at("/v1/stream?" + query), tenant.key());
            assertThat(answer.statusCode()).as(query).isEqualTo(400);
            assertThat(answer.body()).contains("\"code\":\"invalid_parameter\"");
        }
        assertThat(SseClient.refused(one.at("/v1/stream"), tenant.key(), "Last-Event-ID", "x")
                        .body())
                .contains("Last-Event-ID: x (expected: a sequence");
        IssuedKey writer = one.issue(org, Scope.EVENTS_WRITE);
        assertThat(SseClient.refused(one.at("/v1/stream"), writer.key().reveal())
                        .body())
                .contains("\"code\":\"missing_scope\"");
    }

    @Test
    void streamsOfAnOrgAreBoundedAndAnEndedOneMakesRoom() throws Exception {
        SseClient first = SseClient.open(other.at("/v1/stream"), tenant.key());
        try (SseClient _ = SseClient.open(other.at("/v1/stream"), tenant.key())) {
            HttpResponse<String> third = SseClient.refused(other.at("/v1/stream"), tenant.key());
            assertThat(third.statusCode()).isEqualTo(429);
            assertThat(third.headers().firstValue("Retry-After")).hasValue("5");
            assertThat(third.body()).contains("\"code\":\"too_many_streams\"");
            SseClient.open(other.at("/v1/stream"), other.newOrg().key()).close();

            first.close();
            await().atMost(SOON)
                    .ignoreExceptionsMatching(AssertionError.class::isInstance)
                    .until(() -> {
                        SseClient.open(other.at("/v1/stream"), tenant.key()).close();
                        return true;
                    });
        }
    }

    @Test
    void thousandsOfIdleStreamsHaveNoThreadAndLittleMemory(@TempDir Path directory) throws Exception {
        int threadsBefore = threads(directory.resolve("before.json"));
        long heapBefore = heap();
        List<Socket> clients = new ArrayList<>();
        try {
            for (int i = 0; i < IDLE; i++) {
                clients.add(connect("/v1/stream?after=0"));
            }
            for (Socket client : clients) {
                readUntil(client, "id: 0\n\n");
            }
            assertThat(one.bean(EventStreams.class).count()).isGreaterThanOrEqualTo(IDLE);
            assertThat(threads(directory.resolve("after.json"))).isLessThan(threadsBefore + 50);
            assertThat(heap() - heapBefore).isLessThan((long) IDLE * HEAP_BYTES_A_STREAM);

            append(1, 1);

            for (Socket client : clients) {
                readUntil(client, "\"data\":{\"n\":1}}\n\n");
            }
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    @Test
    void aThreadDumpCountsVirtualThreadsThatWait(@TempDir Path directory) throws Exception {
        int before = threads(directory.resolve("before.json"));
        CountDownLatch latch = new CountDownLatch(1);
        for (int i = 0; i < 100; i++) {
            Thread.startVirtualThread(() -> {
                try {
                    latch.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }

        assertThat(threads(directory.resolve("after.json"))).isGreaterThan(before + 50);
        latch.countDown();
    }

    // -- what the tests are made of

    private void append(long first, long last) {
        append(LongStream.rangeClosed(first, last)
                .mapToObj(n -> Events.accepted(org, n))
                .toList());
    }

    private void append(long first, long last, LongFunction<String> type) {
        append(LongStream.rangeClosed(first, last)
                .mapToObj(n -> Events.accepted(org, n, "{\"n\":" + n + "}", type.apply(n), Events.START.plusMillis(n)))
                .toList());
    }

    private void append(List<Accepted> events) {
        List<Future<RecordMetadata>> sent = events.stream()
                .map(event -> producer.send(Topics.ACCEPTED.record(org, event)))
                .toList();
        assertThat(sent).allSatisfy(one -> assertThat(one).succeedsWithin(SOON));
    }

    private static List<Long> sequences(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    /** When they do not come, says how far the stream, its instances and the tables are. */
    private void awaitIds(SseClient client, long first, long last) throws IOException, InterruptedException {
        try {
            await().atMost(SOON).until(() -> client.ids().size() >= last - first + 1);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(standing(client), e);
        }
        assertThat(client.ids()).isEqualTo(sequences(first, last));
    }

    private String standing(SseClient client) throws IOException, InterruptedException {
        String last = one.get("/v1/history?order=desc&limit=1", tenant.key()).body();
        return "frames: " + client.frames.size() + ", ended: " + client.ended() + ", comments: " + client.comments
                + ", partitions: " + one.bean(LogProjector.class).partitions() + " and "
                + other.bean(LogProjector.class).partitions() + ", streams ended: "
                + one.bean(MeterRegistry.class).get("triggers.inbox.streams.ended").counters().stream()
                        .map(counter -> counter.getId().getTag("reason") + "=" + counter.count())
                        .toList()
                + ", last projected: " + last.substring(0, Math.min(300, last.length()));
    }

    private void awaitProjected(long last) throws IOException, InterruptedException {
        await().atMost(SOON)
                .until(() -> one.get("/v1/history?order=desc&limit=1", tenant.key())
                        .body()
                        .contains("\"sequence\":" + last + ","));
    }

    private static void sql(String statement) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(database.jdbcUrl(), "triggers_projector", database.password());
                Statement change = connection.createStatement()) {
            change.execute(statement);
        }
    }

    private static double ended(InboxService service, String reason) {
        return service.bean(MeterRegistry.class)
                .get("triggers.inbox.streams.ended")
                .tag("reason", reason)
                .counter()
                .count();
    }

    /** A client that asked and reads nothing. */
    private Socket connect(String path) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), one.port()));
        socket.setSoTimeout((int) SOON.toMillis());
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: a\r\nX-API-Key: " + tenant.key() + "\r\n\r\n")
                        .getBytes(UTF_8));
        return socket;
    }

    private static void readUntil(Socket client, String text) throws IOException {
        InputStream in = client.getInputStream();
        StringBuilder read = new StringBuilder();
        while (read.indexOf(text) < 0) {
            byte[] bytes = new byte[4_096];
            int length = in.read(bytes);
            assertThat(length).as(read.toString()).isPositive();
            read.append(new String(bytes, 0, length, UTF_8));
        }
    }

    /** How many bytes still come before the connection ends. */
    private static long readToEnd(Socket client) throws IOException {
        long bytes = 0;
        try {
            InputStream in = client.getInputStream();
            byte[] some = new byte[65_536];
            long end = System.nanoTime() + SOON.toNanos(); // heartbeats come for ever on one that is not cut off
            for (int length = in.read(some); length >= 0; length = in.read(some)) {
                bytes += length;
                assertThat(System.nanoTime()).as("open, after %d bytes", bytes).isLessThan(end);
            }
        } catch (SocketException e) {
            return bytes; // reset is an end too
        }
        return bytes;
    }

    /** All threads, virtual ones too. */
    private static int threads(Path dump) throws IOException {
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .dumpThreads(dump.toString(), ThreadDumpFormat.JSON);
        return Files.readString(dump).split("\"tid\":", -1).length - 1;
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
