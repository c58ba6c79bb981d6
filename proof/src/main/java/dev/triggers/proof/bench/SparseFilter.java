package dev.triggers.proof.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.triggers.common.event.EventType;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * An inbox that takes one event in a million, and a consumer that waits for it: how long after the event is committed it is
 * found, while all the others are written as fast as they can be.
 */
final class SparseFilter implements Scenario {

    private static final EventType RARE = new EventType("bench.rare");
    private static final int AHEAD = 1_000_000;
    private static final int BETWEEN = 20_000;
    private static final int FOUND = 15;
    private static final Duration FOUND_WITHIN = Duration.ofSeconds(60);
    private static final byte[] LEASE_ID = "\"lease_id\":\"".getBytes(US_ASCII);

    private static final String COMMITTED = """
            select exists (select from inbox.event where org = ? and sequence = ? and accepted_at >= current_date - 1)""";
    private static final String WRITTEN = "select coalesce(max(sequence), 0) from inbox.head where org = ?";

    private record Run(int number, double millis, long written) {}

    @Override
    public String name() {
        return "sparse-filter";
    }

    @Override
    public String group() {
        return "inbox";
    }

    @Override
    public String what() {
        return "one match among 1,000,000 others and then one in 20,000: found how long after its commit, at full write load";
    }

    @Override
    public Findings run(Bench bench) throws Exception {
        int found = bench.few(FOUND, 2);
        bench.progress().begin(name(), found + 2);
        Pipeline pipeline = bench.pipeline();
        Org org = pipeline.orgs(1).getFirst();
        pipeline.processor();
        URI service = pipeline.projector().address();
        String inbox = Inboxes.create(service, org, "rare", RARE.value());
        AtomicBoolean ended = new AtomicBoolean();
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        try (Backlog backlog = new Backlog(bench.kafka());
                Connection connection = pipeline.connect();
                Finder finder = new Finder(service, org, inbox)) {
            bench.progress().step("a million that do not match");
            List<Long> rare = new ArrayList<>();
            Thread writer = Thread.ofPlatform().name("write-load").start(() -> {
                try {
                    write(bench, backlog, org, found, rare, ended);
                } catch (RuntimeException e) {
                    failure.set(e);
                }
            });
            List<Run> runs = new ArrayList<>();
            for (int i = 0; i < found; i++) {
                runs.add(measure(connection, org, finder, rare, i, failure));
                bench.progress().step("found " + (i + 1));
            }
            ended.set(true);
            writer.join();
            return findings(bench, runs);
        }
    }

    private static void write(
            Bench bench, Backlog backlog, Org org, int matches, List<Long> rare, AtomicBoolean ended) {
        backlog.fill(bench.many(AHEAD), _ -> org.id());
        for (int i = 0; i < matches; i++) {
            long sequence = backlog.append(org.id(), RARE);
            synchronized (rare) {
                rare.add(sequence);
            }
            backlog.fill(bench.many(BETWEEN), _ -> org.id());
        }
        while (!ended.get()) {
            backlog.fill(bench.many(BETWEEN) / 10, _ -> org.id());
        }
    }

    private static Run measure(
            Connection connection,
            Org org,
            Finder finder,
            List<Long> rare,
            int number,
            AtomicReference<@Nullable Exception> failure)
            throws SQLException {
        long end = System.nanoTime() + FOUND_WITHIN.toNanos() * 4;
        long sequence = 0;
        while (sequence == 0 || !committed(connection, org, sequence)) {
            Exception e = failure.get();
            if (e != null || System.nanoTime() - end > 0) {
                throw new IllegalStateException("match " + number + " is not in the inbox's tables", e);
            }
            LockSupport.parkNanos(500_000);
            synchronized (rare) {
                sequence = rare.size() > number ? rare.get(number) : 0;
            }
        }
        long committed = System.nanoTime();
        long found = finder.awaitFound(sequence, FOUND_WITHIN);
        return new Run(number, Math.max(0, found - committed) / 1e6, written(connection, org));
    }

    private static boolean committed(Connection connection, Org org, long sequence) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(COMMITTED)) {
            query.setObject(1, org.id().value());
            query.setLong(2, sequence);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    private static long written(Connection connection, Org org) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(WRITTEN)) {
            query.setObject(1, org.id().value());
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** A consumer that waits by long poll, in a thread of its own, and says when it was given what. */
    private static final class Finder implements AutoCloseable {

        private final List<Long> found = new ArrayList<>();
        private final List<Long> foundAtNanos = new ArrayList<>();
        private final Thread thread;
        private volatile boolean closed;
        private volatile @Nullable Exception failure;

        private Finder(URI service, Org org, String inbox) {
            String messages = "/v1/inboxes/" + inbox + "/messages/";
            byte[] lease = RequestTemplate.post(
                            service, messages + "lease", org.headers(), "{\"lease_limit\":100,\"wait\":1}")
                    .bytes();
            thread = Thread.ofPlatform().daemon().name("finder").start(() -> {
                try {
                    Conversations.run(service, List.of(answer -> next(answer, service, messages, org, lease)));
                } catch (Exception e) {
                    failure = e;
                }
            });
        }

        private byte @Nullable [] next(
                @Nullable AnswerReader answer, URI service, String messages, Org org, byte[] lease) {
            Optional<String> id = answer == null ? Optional.empty() : Answers.text(Answers.requireOk(answer), LEASE_ID);
            if (answer != null && id.isPresent()) {
                long now = System.nanoTime();
                synchronized (found) {
                    Answers.sequences(answer, sequence -> {
                        if (found.contains(sequence)) {
                            throw new IllegalStateException(sequence + ": found a second time");
                        }
                        found.add(sequence);
                        foundAtNanos.add(now);
                    });
                }
                return RequestTemplate.post(
                                service, messages + "ack", org.headers(), "{\"lease_id\":\"" + id.get() + "\"}")
                        .bytes();
            }
            return closed ? null : lease;
        }

        /** When it was. Throws {@link IllegalStateException} where another came first, or none in time. */
        private long awaitFound(long sequence, Duration within) {
            long end = System.nanoTime() + within.toNanos();
            while (System.nanoTime() - end < 0) {
                synchronized (found) {
                    int at = found.indexOf(sequence);
                    if (at >= 0) {
                        return foundAtNanos.get(at);
                    }
                }
                Exception e = failure;
                if (e != null) {
                    throw new IllegalStateException("the consumer failed", e);
                }
                LockSupport.parkNanos(500_000);
            }
            throw new IllegalStateException(sequence + ": not found within " + within.toSeconds() + " s");
        }

        @Override
        public void close() {
            closed = true;
            try {
                thread.join(Duration.ofSeconds(10));
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static Findings findings(Bench bench, List<Run> runs) {
        Spread all = Spread.of(runs.stream().map(Run::millis).toList());
        Table table = new Table(
                "Sparse filter",
                "%,d events that do not match, then a match and %,d more, again and again, as fast as the log takes them;"
                                .formatted(bench.many(AHEAD), bench.many(BETWEEN))
                        + " from the commit of the match to the consumer's answer. Each match was found once.",
                List.of("", "ms"),
                List.of(
                        List.of(
                                "the first, after all the others",
                                runs.getFirst().millis()),
                        List.of("all of them: median (least–most)", all)));
        Table each = new Table(
                "Sparse filter, every match",
                "",
                List.of("number", "ms", "rows_then"),
                runs.stream()
                        .map(run -> List.<Object>of(run.number(), run.millis(), run.written()))
                        .toList());
        return new Findings(List.of(table), each);
    }
}
