package dev.triggers.common.wire;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serde;

/**
 * One topic: its name, what its keys and values are, and the settings it is created with.
 *
 * @param partitions chosen once and for life: an org's events stay in one partition only while this number stays
 * @param settings topic configuration by Kafka's names
 * @param contract what its readers may rely on
 */
public record Topic<K, V>(
        String name,
        Serde<K> keySerde,
        Wire<V> wire,
        int partitions,
        Map<String, String> settings,
        TopicContract contract) {

    /** What every topic's name begins with. */
    public static final String PREFIX = "triggers.";

    /** Partitions where nobody says otherwise. */
    public static final int DEFAULT_PARTITIONS = 12;

    /** What is the same for most of them, said all the same: a cluster may have other defaults. */
    private static final Map<String, String> PLAIN = Map.of(
            TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE,
            TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime",
            TopicConfig.RETENTION_BYTES_CONFIG, "-1");

    static <K, V> Topic<K, V> topic(String name, Serde<K> keySerde, Wire<V> wire, TopicContract contract) {
        return new Topic<>(PREFIX + name, keySerde, wire, DEFAULT_PARTITIONS, PLAIN, contract);
    }

    Topic<K, V> retain(Duration time) {
        return with(TopicConfig.RETENTION_MS_CONFIG, Long.toString(time.toMillis()));
    }

    /** The latest record of each key is kept, and that too not for longer. */
    Topic<K, V> compactedAndRetained(Duration time) {
        return retain(time)
                .with(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_COMPACT + "," + TopicConfig.CLEANUP_POLICY_DELETE);
    }

    /** Compaction and deletion take whole segments: one is closed after this long. */
    Topic<K, V> segmented(Duration time) {
        return with(TopicConfig.SEGMENT_MS_CONFIG, Long.toString(time.toMillis()));
    }

    /** Records carry the broker's time, not the producer's. */
    Topic<K, V> stampedByTheLog() {
        return with(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
    }

    private Topic<K, V> with(String setting, String value) {
        Map<String, String> all = new HashMap<>(settings);
        all.put(setting, value);
        return new Topic<>(name, keySerde, wire, partitions, Map.copyOf(all), contract);
    }

    /** How long its records stay at least. */
    public Duration retention() {
        return Duration.ofMillis(
                Long.parseLong(requireNonNull(settings.get(TopicConfig.RETENTION_MS_CONFIG), name + ": no retention")));
    }

    /** Whether only the latest record of each key is kept. */
    public boolean compacted() {
        return settings.getOrDefault(TopicConfig.CLEANUP_POLICY_CONFIG, "")
                .contains(TopicConfig.CLEANUP_POLICY_COMPACT);
    }

    /** A record for this topic, its partition left to the key. */
    public ProducerRecord<byte[], byte[]> record(K key, V value) {
        RecordHeaders headers = new RecordHeaders();
        byte[] bytes = wire.write(value, headers);
        return new ProducerRecord<>(name, null, keySerde.serializer().serialize(name, key), bytes, headers);
    }

    /** What a record of this topic says. Throws {@link UnreadableRecord} when it says nothing. */
    public V read(ConsumerRecord<byte[], byte[]> record) {
        return wire.read(record.headers(), record.value());
    }

    @Override
    public String toString() {
        return name;
    }
}
