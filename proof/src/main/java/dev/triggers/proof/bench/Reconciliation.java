package dev.triggers.proof.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triggers.common.event.Receipt;
import dev.triggers.common.wire.FreshConsumer;
import dev.triggers.common.wire.HeaderNames;
import dev.triggers.common.wire.Topics;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/**
 * Follows everything received through to the inbox: reads the log, the outcomes as a subscriber does, and the inbox's rows as
 * the operator, and throws unless the {@link Accounts} balance. It begins where the log ends when it is made, and goes on where
 * it was, so each load is read once. Only when asked, so that it takes nothing from a load.
 */
final class Reconciliation implements AutoCloseable {

    private static final Duration LOOK_EVERY = Duration.ofMillis(20);
    private static final Duration WITHOUT_PROGRESS = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int ORGS_A_QUERY = 200;
    private static final int ROWS_A_FETCH = 10_000;

    private static final String PROJECTED = """
            select coalesce(sum(sequence), 0) from inbox.head where org = any (?)""";

    private static final String ROWS = """
            select event.org, event.sequence, event.event_id, event.receipt_partition, event.receipt_offset
            from unnest(?::uuid[], ?::bigint[]) as known (org, sequence)
            join inbox.event on event.org = known.org and event.sequence > known.sequence""";

    private final Servers servers;
    private final KafkaConsumer<byte[], byte[]> log;
    private final KafkaConsumer<byte[], byte[]> outcomes;
    private final Accounts accounts = new Accounts();
    /** By org: the last sequence that was read from the inbox. */
    private final Map<UUID, Long> orgs = new LinkedHashMap<>();

    private final long begunAt;
    private long unknown;

    /** The topics have to be there, and everything in the log so far to be decided. */
    Reconciliation(Servers servers) {
        this.servers = servers;
        log = consumer(servers.kafka(), "read_uncommitted", Topics.INGESTED.name());
        outcomes = consumer(servers.kafka(), "read_committed", Topics.ACCEPTED.name(), Topics.REJECTED.name());
        log.assignment().forEach(partition -> accounts.begin(partition.partition(), log.position(partition)));
        outcomes.assignment().forEach(outcomes::position);
        begunAt = logEnd();
    }

    private static KafkaConsumer<byte[], byte[]> consumer(String kafka, String isolation, String... topics) {
        KafkaConsumer<byte[], byte[]> consumer = new FreshConsumer(Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                kafka,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                isolation,
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                5_000));
        consumer.assign(Stream.of(topics)
                .flatMap(topic -> IntStream.range(0, Bench.PARTITIONS)
                        .mapToObj(partition -> new TopicPartition(topic, partition)))
                .toList());
        consumer.seekToEnd(consumer.assignment());
        return consumer;
    }

    /** These send something, or nothing of theirs will be found in the inbox. */
    Reconciliation of(List<Org> senders) {
        senders.forEach(org -> orgs.putIfAbsent(org.id().value(), 0L));
        return this;
    }

    /** How many events the inboxes of all senders hold by now. */
    long projected() throws SQLException {
        try (Connection connection = servers.connect()) {
            return projected(connection);
        }
    }

    long projected(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(PROJECTED)) {
            query.setArray(1, connection.createArrayOf("uuid", orgs.keySet().toArray()));
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** How many records were added to the log, markers among them. */
    long logged() {
        return logEnd() - begunAt;
    }

    private long logEnd() {
        return log.endOffsets(log.assignment()).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** Waits until so many events are in the inboxes; gives up when nothing is added for a minute. Says when. */
    long awaitProjected(long count) throws InterruptedException, SQLException {
        try (Connection connection = servers.connect()) {
            long seen = -1;
            long progress = System.nanoTime();
            for (long now = projected(connection); now < count; now = projected(connection)) {
                if (now > seen) {
                    seen = now;
                    progress = System.nanoTime();
                }
                requireProgress(progress, "in the inboxes: " + now + " (expected: " + count + ")");
                Thread.sleep(LOOK_EVERY);
            }
            return System.nanoTime();
        }
    }

    private static void requireProgress(long since, String otherwise) {
        if (System.nanoTime() - since > WITHOUT_PROGRESS.toNanos()) {
            throw new IllegalStateException(otherwise + ", and no more for " + WITHOUT_PROGRESS.toSeconds() + " s");
        }
    }

    /** What was received, and what of it has no receipt because nobody knows. */
    record Balance(long submissions, long unanswered, Map<String, Long> outcomes) {

        /** Throws {@link IllegalStateException} where anything was rejected. */
        Balance requireAllAccepted() {
            if (!outcomes.keySet().stream().allMatch("accepted"::equals)) {
                throw new IllegalStateException("outcomes: " + outcomes + " (expected: accepted only)");
            }
            return this;
        }
    }

    /** Follows these loads, and whatever else is in the log, to the end. Throws when anything is missing or double. */
    Balance follow(List<Tally> tallies) throws InterruptedException, SQLException {
        return follow(tallies, 0);
    }

    /** @param othersUnknown requests whose receipts are not known, of a load without a tally */
    Balance follow(List<Tally> tallies, long othersUnknown) throws InterruptedException, SQLException {
        readLog();
        unknown += othersUnknown;
        for (Tally tally : tallies) {
            accounts.answered(tally.receipts());
            unknown += tally.unknown();
        }
        readOutcomes();
        long accepted = accounts.outcomes().getOrDefault("accepted", 0L);
        awaitProjected(accepted);
        readRows();
        accounts.requireBalanced(unknown);
        return new Balance(accounts.submissions(), accounts.unanswered(), accounts.outcomes());
    }

    private void readLog() {
        Map<TopicPartition, Long> ends = log.endOffsets(log.assignment());
        long progress = System.nanoTime();
        while (ends.entrySet().stream().anyMatch(end -> log.position(end.getKey()) < end.getValue())) {
            var records = log.poll(POLL);
            records.forEach(this::logged);
            progress = records.isEmpty() ? progress : System.nanoTime();
            requireProgress(progress, "the log can not be read to its end");
        }
        ends.keySet().forEach(partition -> accounts.readTo(partition.partition(), log.position(partition)));
    }

    private void logged(ConsumerRecord<byte[], byte[]> record) {
        if (record.headers().lastHeader(HeaderNames.MARKER) == null) {
            accounts.submitted(record.partition(), record.offset(), id(record));
        } else {
            accounts.passed(record.partition(), record.offset());
        }
    }

    private void readOutcomes() {
        long progress = System.nanoTime();
        while (accounts.decided() < accounts.submissions()
                && System.nanoTime() - progress < WITHOUT_PROGRESS.toNanos()) {
            var records = outcomes.poll(POLL);
            records.forEach(this::decided);
            progress = records.isEmpty() ? progress : System.nanoTime();
        }
    }

    private void decided(ConsumerRecord<byte[], byte[]> record) {
        Header header = record.headers().lastHeader(HeaderNames.RECEIPT);
        if (header == null || record.headers().lastHeader(HeaderNames.MARKER) != null) {
            return;
        }
        Receipt receipt = Receipt.parse(new String(header.value(), UTF_8));
        if (record.topic().equals(Topics.ACCEPTED.name())) {
            String org = new String(record.key(), UTF_8);
            accounts.accepted(receipt, org, Long.parseLong(text(record, HeaderNames.SEQUENCE)), id(record));
        } else {
            accounts.rejected(receipt, text(record, HeaderNames.OUTCOME));
        }
    }

    private static UUID id(ConsumerRecord<byte[], byte[]> record) {
        return UUID.fromString(text(record, HeaderNames.EVENT_ID));
    }

    private static String text(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }

    private void readRows() throws SQLException {
        List<UUID> all = new ArrayList<>(orgs.keySet());
        try (Connection connection = servers.connect()) {
            connection.setAutoCommit(false);
            for (int from = 0; from < all.size(); from += ORGS_A_QUERY) {
                readRows(connection, all.subList(from, Math.min(all.size(), from + ORGS_A_QUERY)));
            }
        }
    }

    private void readRows(Connection connection, List<UUID> some) throws SQLException {
        Map<UUID, Long> last = new HashMap<>();
        try (PreparedStatement query = connection.prepareStatement(ROWS)) {
            query.setFetchSize(ROWS_A_FETCH);
            query.setArray(1, connection.createArrayOf("uuid", some.toArray()));
            query.setArray(
                    2,
                    connection.createArrayOf(
                            "bigint", some.stream().map(orgs::get).toArray()));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    long sequence = row.getLong(2);
                    accounts.row(new Receipt(row.getInt(4), row.getLong(5)), sequence, row.getObject(3, UUID.class));
                    last.merge(row.getObject(1, UUID.class), sequence, Math::max);
                }
            }
        }
        orgs.putAll(last);
    }

    @Override
    public void close() {
        log.close();
        outcomes.close();
    }
}
