package dev.triggers.ingest.config;

import dev.triggers.common.wire.TopicCreation;
import dev.triggers.ingest.kafka.KafkaLogSettings;
import java.time.Duration;
import java.util.Map;
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
        @DefaultValue Kafka kafka) {

    public IngestConfig {
        require(
                "kafka.max_block + kafka.delivery_timeout",
                kafka.maxBlock.plus(kafka.deliveryTimeout).compareTo(deadline) < 0,
                kafka.maxBlock.plus(kafka.deliveryTimeout),
                "below the deadline of " + deadline);
        require("window.bytes", window.bytes <= kafka.bufferBytes, window.bytes, "at most kafka.buffer_bytes");
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
     * How the log is reached: see {@link KafkaLogSettings}.
     *
     * @param partitions of topics created here: chosen once and for life
     * @param replicationFactor of topics created here
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
