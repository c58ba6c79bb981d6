package dev.triggers.proof.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.wire.Topics;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * The books of consumers: what they were told is acknowledged, each message once; the log holds the same, each message in
 * one disposition; and the tables hold open what is left, and nothing else. Not safe for use by several threads.
 */
final class Acknowledged {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration WITHOUT_PROGRESS = Duration.ofSeconds(30);
    private static final String TABLES = """
            select i.frontier, h.sequence,
                   (select coalesce(range_agg(r)::text, '{}') from inbox.delivery d, unnest(d.open) as r
                    where d.inbox = i.id)
            from inbox.inbox i join inbox.head h on h.org = i.org where i.org = ? and i.key = 'default'""";

    private final Map<OrgId, BitSet> told = new HashMap<>();
    private long count;

    /** Throws {@link IllegalStateException} where it was told before. */
    void told(OrgId org, long sequence) {
        BitSet of = told.computeIfAbsent(org, _ -> new BitSet());
        int at = Math.toIntExact(sequence);
        if (of.get(at)) {
            throw new IllegalStateException(org + ", " + sequence + ": acknowledged a second time");
        }
        of.set(at);
        count++;
    }

    /** Messages so far, of all orgs. */
    long count() {
        return count;
    }

    /** Throws {@link IllegalStateException} that says what does not balance. */
    void requireBalanced(String kafka, Connection connection) throws SQLException {
        Map<OrgId, BitSet> logged = logged(kafka);
        for (Map.Entry<OrgId, BitSet> each : told.entrySet()) {
            requireSame(each.getKey() + " in the log", each.getValue(), logged.get(each.getKey()));
            requireSame(each.getKey() + " in the tables", each.getValue(), closed(connection, each.getKey()));
        }
    }

    private static void requireSame(String where, BitSet told, @Nullable BitSet there) {
        if (!told.equals(there)) {
            BitSet different = (BitSet) told.clone();
            different.xor(there == null ? new BitSet() : there);
            throw new IllegalStateException(where + ": " + different.cardinality()
                    + " messages are not as consumers were told, the first is " + different.nextSetBit(0));
        }
    }

    private static Map<OrgId, BitSet> logged(String kafka) {
        Map<OrgId, BitSet> logged = new HashMap<>();
        try (KafkaConsumer<byte[], byte[]> log = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        kafka,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            log.assign(IntStream.range(0, Bench.PARTITIONS)
                    .mapToObj(partition -> new TopicPartition(Topics.DISPOSITIONS.name(), partition))
                    .toList());
            log.seekToBeginning(log.assignment());
            Map<TopicPartition, Long> ends = log.endOffsets(log.assignment());
            long progress = System.nanoTime();
            while (ends.entrySet().stream().anyMatch(end -> log.position(end.getKey()) < end.getValue())) {
                ConsumerRecords<byte[], byte[]> records = log.poll(POLL);
                records.forEach(record -> add(logged, record));
                progress = records.isEmpty() ? progress : System.nanoTime();
                if (System.nanoTime() - progress > WITHOUT_PROGRESS.toNanos()) {
                    throw new IllegalStateException("the dispositions can not be read to their end");
                }
            }
        }
        return logged;
    }

    private static void add(Map<OrgId, BitSet> logged, ConsumerRecord<byte[], byte[]> record) {
        if (Topics.DISPOSITIONS.read(record) instanceof Disposition.Acknowledged acknowledged) {
            BitSet of = logged.computeIfAbsent(acknowledged.org(), _ -> new BitSet());
            acknowledged.sequences().stream().mapToInt(Math::toIntExact).forEach(sequence -> {
                if (of.get(sequence)) {
                    throw new IllegalStateException(new String(record.key(), UTF_8) + ", " + sequence
                            + ": in a second disposition, at " + record.partition() + "-" + record.offset());
                }
                of.set(sequence);
            });
        }
    }

    private static BitSet closed(Connection connection, OrgId org) throws SQLException {
        BitSet closed = new BitSet();
        try (PreparedStatement query = connection.prepareStatement(TABLES)) {
            query.setObject(1, org.value());
            try (ResultSet row = query.executeQuery()) {
                if (row.next()) {
                    Sequences open = Optional.ofNullable(row.getString(3))
                            .map(Sequences::parse)
                            .orElse(Sequences.NONE);
                    closed.set(1, Math.toIntExact(Math.min(row.getLong(1), row.getLong(2))) + 1);
                    open.ranges()
                            .forEach(range ->
                                    closed.clear(Math.toIntExact(range.first()), Math.toIntExact(range.last()) + 1));
                }
            }
        }
        return closed;
    }
}
