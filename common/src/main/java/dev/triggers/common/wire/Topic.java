package dev.triggers.common.wire;

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
 */
public record Topic<K, V>(String name, Serde<K> keySerde, Wire<V> wire, int partitions, Map<String, String> settings) {

    /** What every topic's name begins with. */
    public static final String PREFIX = "triggers.";

    /** Partitions where nobody says otherwise. */
    public static final int DEFAULT_PARTITIONS = 12;

    static <K, V> Topic<K, V> topic(String name, Serde<K> keySerde, Wire<V> wire) {
        return new Topic<>(PREFIX + name, keySerde, wire, DEFAULT_PARTITIONS, Map.of());
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
        return new Topic<>(name, keySerde, wire, partitions, Map.copyOf(all));
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
