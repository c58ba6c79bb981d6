package dev.triggers.ingest.config;

import dev.triggers.common.wire.TopicCreation;
import dev.triggers.ingest.kafka.KafkaLogSettings;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.record.CompressionType;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * All settings of ingest, under {@code triggers.ingest}.
 *
 * @param deadline the longest a producer waits for an answer
 */
@ConfigurationProperties("triggers.ingest")
public record IngestConfig(
        @DefaultValue("2s") Duration deadline,
        @DefaultValue Window window,
        @DefaultValue Bodies bodies,
        @DefaultValue Batch batch,
        @DefaultValue Kafka kafka) {

    public IngestConfig {
        require(
                "kafka.max_block + kafka.delivery_timeout",
                kafka.maxBlock.plus(kafka.deliveryTimeout).compareTo(deadline) < 0,
                kafka.maxBlock.plus(kafka.deliveryTimeout),
                "below the deadline of " + deadline);
        require("window.bytes", window.bytes <= kafka.bufferBytes, window.bytes, "at most kafka.buffer_bytes");
        require("batch.events", batch.events <= window.events / 2, batch.events, "at most half of window.events");
        require("batch.bytes", batch.bytes <= window.bytes / 2, batch.bytes, "at most half of window.bytes");
    }

    /** Refuses a log that one broken disk could lose, unless this is a developer's machine. */
    void requireSafe(boolean dev) {
        TopicCreation.requireSafe("kafka.replication_factor", kafka.replicationFactor, dev);
    }

    /**
     * What may be under way to the log at once; more is answered {@code overloaded}.
     *
     * @param bytes of data, and 1 KiB an event for its attributes
     */
    public record Window(
            @DefaultValue("10000") int events,
            @DefaultValue("33554432") long bytes) {

        public Window {
            require("window.events", events >= 1, events, "1 and up");
            require("window.bytes", bytes >= 1_048_576, bytes, "1048576 and up");
        }
    }

    /**
     * What may be held of request bodies at once; more is answered {@code overloaded}.
     *
     * @param singleBytes of single events
     * @param batchBytes of batches
     * @param within how long a body may take to come
     */
    public record Bodies(
            @DefaultValue("33554432") long singleBytes,
            @DefaultValue("67108864") long batchBytes,
            @DefaultValue("60s") Duration within) {

        public Bodies {
            require("bodies.single_bytes", singleBytes >= 1_048_576, singleBytes, "1048576 and up");
            require("bodies.batch_bytes", batchBytes >= 33_554_432, batchBytes, "33554432 and up");
            require("bodies.within", within.compareTo(Duration.ofSeconds(1)) >= 0, within, "1 s and up");
        }
    }

    /**
     * What one batch may have under way to the log at once. All batches together may have half of the window.
     *
     * @param bytes of data
     * @param within how long events of a batch are appended, from its first byte on
     */
    public record Batch(
            @DefaultValue("500") int events,
            @DefaultValue("1048576") long bytes,
            @DefaultValue("60s") Duration within) {

        public Batch {
            require("batch.events", events >= 1, events, "1 and up");
            require("batch.bytes", bytes >= 262_144, bytes, "262144 and up");
            require("batch.within", within.compareTo(Duration.ofSeconds(1)) >= 0, within, "1 s and up");
        }
    }

    /**
     * How the log is reached: see {@link KafkaLogSettings}.
     *
     * @param partitions of topics created here: chosen once and for life
     * @param replicationFactor of topics created here
     * @param compression of batches
     * @param properties anything else the clients need, by Kafka's names
     */
    public record Kafka(
            @DefaultValue("localhost:9092") String bootstrap,
            @DefaultValue("12") int partitions,
            @DefaultValue("3") int replicationFactor,
            @DefaultValue("600ms") Duration maxBlock,
            @DefaultValue("1300ms") Duration deliveryTimeout,
            @DefaultValue("1200ms") Duration requestTimeout,
            @DefaultValue("1ms") Duration linger,
            @DefaultValue("lz4") CompressionType compression,
            @DefaultValue("65536") int batchBytes,
            @DefaultValue("67108864") long bufferBytes,
            @DefaultValue Map<String, String> properties) {

        public Kafka {
            require("kafka.partitions", partitions >= 1, partitions, "1 and up");
            require("kafka.replication_factor", replicationFactor >= 1, replicationFactor, "1 and up");
            require(
                    "kafka.request_timeout",
                    requestTimeout.plus(linger).compareTo(deliveryTimeout) <= 0,
                    requestTimeout,
                    "at most delivery_timeout - linger");
        }

        KafkaLogSettings settings() {
            return new KafkaLogSettings(
                    bootstrap,
                    partitions,
                    replicationFactor,
                    maxBlock,
                    deliveryTimeout,
                    requestTimeout,
                    linger,
                    compression,
                    batchBytes,
                    bufferBytes,
                    properties);
        }

        /** Everything but the properties, which may hold a password. */
        @Override
        public String toString() {
            return bootstrap + ", " + partitions + " partitions of " + replicationFactor;
        }
    }

    private static void require(String name, boolean holds, Object actual, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + actual + " (expected: " + rule + ")");
        }
    }
}
