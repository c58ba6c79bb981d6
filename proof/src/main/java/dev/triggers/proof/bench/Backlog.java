package dev.triggers.proof.bench;

import dev.triggers.common.event.Event;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.EventType;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Payload;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.wire.Accepted;
import dev.triggers.common.wire.Topics;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongFunction;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Accepted events appended straight to the log, as the processor would have left them there: each org's sequence without a
 * gap. So an inbox is filled at the speed of the projector, which can be measured alone. Not safe for use by several
 * threads.
 */
final class Backlog implements AutoCloseable {

    static final EventType TYPE = new EventType("bench.happened");

    private static final Duration LOOK_EVERY = Duration.ofMillis(50);
    private static final Duration WITHOUT_PROGRESS = Duration.ofSeconds(60);
    private static final int BATCH_BYTES = 256 << 10;
    /** Positions rather than rows: a look at them costs the database next to nothing, however many organisations there are. */
    private static final String PROJECTED = "select partition, next_offset from inbox.position where topic = ?";

    private final KafkaProducer<byte[], byte[]> producer;
    private final Map<OrgId, Long> sequences = new HashMap<>();
    /** By partition: where the log ends that was appended. */
    private final Map<Integer, Long> ends = new ConcurrentHashMap<>();

    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private long appended;

    /** The topics have to be there. */
    Backlog(String kafka) {
        producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        kafka,
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.COMPRESSION_TYPE_CONFIG,
                        "lz4",
                        ProducerConfig.LINGER_MS_CONFIG,
                        20,
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        BATCH_BYTES),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** Returns when all is confirmed. */
    void fill(long count, LongFunction<OrgId> org) {
        for (long i = 0; i < count; i++) {
            append(org.apply(i), TYPE);
        }
        confirmed();
    }

    /** The sequence it has. */
    long append(OrgId org, EventType type) {
        long sequence = sequences.merge(org, 1L, Long::sum);
        Instant now = Instant.now();
        EventId id = EventId.fresh(now);
        Event event = new Event(
                org,
                id,
                id.toString(),
                "/bench",
                type,
                Optional.empty(),
                now.atOffset(ZoneOffset.UTC),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                Payload.of(Submissions.data(0, sequence)));
        Receipt receipt = new Receipt(Submissions.partitionOf(org), ++appended);
        Future<RecordMetadata> _ = producer.send(
                Topics.ACCEPTED.record(org, new Accepted(event, receipt, sequence, now, now)), (at, e) -> {
                    if (e != null) {
                        failure.compareAndSet(null, e);
                    } else {
                        ends.merge(at.partition(), at.offset() + 1, Math::max);
                    }
                });
        return sequence;
    }

    /** Waits until the log has all of it. */
    void confirmed() {
        producer.flush();
        Exception e = failure.get();
        if (e != null) {
            throw new IllegalStateException("the log did not take an event", e);
        }
    }

    /**
     * What the projector laid down.
     *
     * @param rows since the first that were seen; all of them where one look saw none and the next one all
     */
    record Projected(long rows, double seconds) {

        double perSecond() {
            return rows / Math.max(1e-9, seconds);
        }
    }

    /** How many rows there are, and when that was, in {@link System#nanoTime}. */
    record Look(long rows, long at) {

        private Projected until(Look last) {
            return new Projected(last.rows - rows, (last.at - at) / 1e9);
        }
    }

    Look look(Connection connection) throws SQLException {
        return new Look(projected(connection), System.nanoTime());
    }

    /** Waits until the inboxes hold all that was appended; gives up when nothing is added for a minute. */
    Projected awaitProjected(Connection connection) throws SQLException, InterruptedException {
        return awaitProjected(connection, look(connection));
    }

    /** The same from an earlier look on, before which none was laid down. */
    Projected awaitProjected(Connection connection, Look before) throws SQLException, InterruptedException {
        confirmed();
        long wanted = ends.values().stream().mapToLong(Long::longValue).sum();
        Look first = before;
        Look last = before;
        while (last.rows < wanted) {
            Thread.sleep(LOOK_EVERY);
            Look now = look(connection);
            if (now.rows > last.rows) {
                first = first.rows == before.rows ? now : first;
                last = now;
            }
            if (now.at - last.at > WITHOUT_PROGRESS.toNanos()) {
                throw new IllegalStateException(
                        "projected up to: " + last.rows + " (expected: " + wanted + ", over all partitions)");
            }
        }
        return (last.rows > first.rows ? first : before).until(last);
    }

    /** The sum of the positions of those partitions that something was appended to; none is counted beyond that. */
    private long projected(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(PROJECTED)) {
            query.setString(1, Topics.ACCEPTED.name());
            try (ResultSet rows = query.executeQuery()) {
                long sum = 0;
                while (rows.next()) {
                    sum += Math.min(rows.getLong(2), ends.getOrDefault(rows.getInt(1), 0L));
                }
                return sum;
            }
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
