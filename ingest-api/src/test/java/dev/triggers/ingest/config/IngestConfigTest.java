package dev.triggers.ingest.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.record.CompressionType;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class IngestConfigTest {

    @Test
    void theDefaultsAreThese() {
        assertThat(bound(Map.of()))
                .isEqualTo(new IngestConfig(
                        Duration.ofSeconds(2),
                        new IngestConfig.Window(10_000, 33_554_432),
                        new IngestConfig.Bodies(33_554_432, 67_108_864, Duration.ofSeconds(60)),
                        new IngestConfig.Batch(500, 1_048_576, Duration.ofSeconds(60)),
                        new IngestConfig.Kafka(
                                "localhost:9092",
                                12,
                                3,
                                Duration.ofMillis(600),
                                Duration.ofMillis(1_300),
                                Duration.ofMillis(1_200),
                                Duration.ofMillis(1),
                                CompressionType.LZ4,
                                65_536,
                                67_108_864,
                                Map.of())));
    }

    @Test
    void anAppendThatMayOutliveTheDeadlineIsRefused() {
        assertThatThrownBy(() -> bound(Map.of("triggers.ingest.kafka.delivery-timeout", "1400ms")))
                .rootCause()
                .hasMessage("kafka.max_block + kafka.delivery_timeout: PT2S (expected: below the deadline of PT2S)");
    }

    @Test
    void aBatchThatMayFillTheWindowIsRefused() {
        assertThatThrownBy(() -> bound(Map.of("triggers.ingest.batch.events", "5001")))
                .rootCause()
                .hasMessage("batch.events: 5001 (expected: at most half of window.events)");
    }

    @Test
    void fewerThanThreeReplicasAreForDevelopersOnly() {
        IngestConfig config = bound(Map.of("triggers.ingest.kafka.replication-factor", "1"));

        config.requireSafe(true);
        assertThatThrownBy(() -> config.requireSafe(false))
                .hasMessage("kafka.replication_factor: 1 (expected: 3 and up, or triggers.dev=true)");
    }

    @Test
    void clientPropertiesArePassedOnAndNotPrinted() {
        IngestConfig config = bound(Map.of("triggers.ingest.kafka.properties[sasl.jaas.config]", "secret"));

        assertThat(config.kafka().settings().clientProperties()).containsEntry("sasl.jaas.config", "secret");
        assertThat(config.toString()).doesNotContain("secret");
    }

    private static IngestConfig bound(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("triggers.ingest", IngestConfig.class);
    }
}
