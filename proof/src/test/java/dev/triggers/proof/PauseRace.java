package dev.triggers.proof;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.triggers.backends.PostgresAddress;
import dev.triggers.proof.Client.Receipt;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** An inbox is paused and resumed while events are sent and while its projector can not go on, then catches up. */
final class PauseRace {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int ROUNDS = 4;
    private static final int SENDERS = 4;
    private static final int EVENTS_BETWEEN = 25;

    private final Client client;
    private final PostgresAddress postgres;
    private final Queue<Sent> sent = new ConcurrentLinkedQueue<>();
    private final List<Call> calls = new ArrayList<>();
    private volatile boolean sending = true;

    PauseRace(Client client, PostgresAddress postgres) {
        this.client = client;
        this.postgres = postgres;
    }

    /** An event that was answered 202. Times by one clock, in nanoseconds. */
    private record Sent(String id, long asked, long answered) {}

    /** A pause, or that the inbox takes events from now on. */
    private record Call(boolean pause, long asked, long answered) {}

    /** What was answered before a call belongs to before, what is sent after its answer to after; all of it once, in order. */
    void run() throws Exception {
        String inbox = begin();
        try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < SENDERS; i++) {
                running.add(senders.submit(this::send));
            }
            try (Connection holder = holdingPositions()) {
                for (int round = 0; round < ROUNDS; round++) {
                    if (round == ROUNDS / 2) {
                        assertThat(inbox(inbox).get("status").asString()).isEqualTo("initializing");
                        holder.rollback();
                    }
                    change(inbox, true);
                    change(inbox, false);
                }
            } finally {
                sending = false;
            }
            for (Future<?> each : running) {
                each.get();
            }
        }
        await().atMost(SOON).until(() -> inbox(inbox).get("status").asString().equals("active"));
        assertThatTheyAre(handedOut(inbox));
    }

    private String begin() {
        long asked = System.nanoTime();
        HttpResponse<byte[]> made = client.post(
                "/v1/inboxes",
                "{\"key\":\"race\",\"subscription\":{\"app_key\":\"any\",\"action_key\":\"*\",\"connection_id\":null,\"inputs\":{}}}");
        assertThat(made.statusCode()).as(new String(made.body(), UTF_8)).isIn(200, 201);
        calls.add(new Call(false, asked, System.nanoTime()));
        return Client.JSON.readTree(made.body()).get("id").asString();
    }

    private JsonNode inbox(String inbox) {
        return Client.JSON.readTree(client.get("/v1/inboxes/" + inbox).body());
    }

    private void send() {
        while (sending) {
            long asked = System.nanoTime();
            Receipt receipt = client.submit("{\"type\":\"race.run\",\"data\":{\"n\":1}}");
            sent.add(new Sent(receipt.id(), asked, System.nanoTime()));
        }
    }

    private void change(String inbox, boolean pause) {
        int before = sent.size();
        await().atMost(SOON).until(() -> sent.size() >= before + EVENTS_BETWEEN);
        long asked = System.nanoTime();
        HttpResponse<byte[]> answer = client.post("/v1/inboxes/" + inbox + (pause ? "/pause" : "/resume"), "");
        assertThat(answer.statusCode()).as(new String(answer.body(), UTF_8)).isEqualTo(200);
        calls.add(new Call(pause, asked, System.nanoTime()));
        int after = sent.size();
        await().atMost(SOON).until(() -> sent.size() >= after + EVENTS_BETWEEN);
    }

    /** No projector gets past its positions as long as somebody holds them. */
    private Connection holdingPositions() throws SQLException {
        Connection holder = DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), postgres.password());
        holder.setAutoCommit(false);
        try (Statement statement = holder.createStatement()) {
            statement.execute("select next_offset from inbox.position for update");
        }
        return holder;
    }

    private List<JsonNode> handedOut(String inbox) {
        List<JsonNode> messages = new ArrayList<>();
        String path = "/v1/inboxes/" + inbox + "/messages";
        await().atMost(SOON).until(() -> {
            JsonNode lease = Client.JSON.readTree(client.post(path + "/lease", "{\"lease_limit\":100,\"wait\":1}")
                    .body());
            lease.get("results").forEach(messages::add);
            if (!lease.get("results").isEmpty()) {
                client.post(
                        path + "/ack",
                        "{\"lease_id\":\"" + lease.get("lease_id").asString() + "\"}");
                return false;
            }
            JsonNode stats = Client.JSON.readTree(
                    client.get("/v1/inboxes/" + inbox + "/stats").body());
            return stats.get("head").asLong() == sent.size();
        });
        return messages;
    }

    private void assertThatTheyAre(List<JsonNode> messages) {
        List<String> entered =
                messages.stream().map(one -> one.get("event_id").asString()).toList();
        assertThat(entered).doesNotHaveDuplicates();
        assertThat(messages).extracting(one -> one.get("sequence").asLong()).isSorted();
        List<String> before = idsOf(event -> surely(event, false));
        List<String> meanwhile = idsOf(event -> surely(event, true));
        assertThat(before).hasSizeGreaterThan(ROUNDS * EVENTS_BETWEEN / 2);
        assertThat(meanwhile).hasSizeGreaterThan(ROUNDS * EVENTS_BETWEEN / 2);
        assertThat(entered).containsAll(before).doesNotContainAnyElementsOf(meanwhile);
    }

    private List<String> idsOf(Predicate<Sent> which) {
        return sent.stream().filter(which).map(Sent::id).toList();
    }

    /** Sent after the answer to one call and answered before the next was made. */
    private boolean surely(Sent event, boolean paused) {
        for (int i = 0; i < calls.size(); i++) {
            Call call = calls.get(i);
            long until = i + 1 < calls.size() ? calls.get(i + 1).asked() : Long.MAX_VALUE;
            if (call.pause() == paused && call.answered() < event.asked() && event.answered() < until) {
                return true;
            }
        }
        return false;
    }
}
