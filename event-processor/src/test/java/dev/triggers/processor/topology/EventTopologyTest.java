package dev.triggers.processor.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.common.wire.KafkaConnection;
import dev.triggers.processor.dedup.FilterPool;
import dev.triggers.processor.streams.StreamsSettings;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Objects;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.LogAndFailExceptionHandler;
import org.apache.kafka.streams.errors.LogAndFailProcessingExceptionHandler;
import org.junit.jupiter.api.Test;

class EventTopologyTest {

    private static final StreamsConfig CONFIG = new StreamsSettings(
                    KafkaConnection.to("unused:1"), "unused", "", 1, 0, 1, Duration.ofMillis(100), 1, 1)
            .toConfig();

    /** Names of nodes and stores name changelogs and state: a change here needs a migration, see docs/adr. */
    @Test
    void theTopologyIsTheOneThatRunsEverywhere() throws IOException {
        String topology = new EventTopology(
                        CONFIG, AdmissionPolicy.DEFAULT, new FilterPool(0), Tally.NONE, Duration.ofMillis(10))
                .get()
                .describe()
                .toString();

        assertThat(topology.strip()).isEqualTo(golden().strip());
    }

    @Test
    void exactlyOnceAndNamesAreNotOptional() {
        assertThat(CONFIG.getString(StreamsConfig.PROCESSING_GUARANTEE_CONFIG)).isEqualTo("exactly_once_v2");
        assertThat(CONFIG.getString(StreamsConfig.APPLICATION_ID_CONFIG)).isEqualTo("triggers.event-processor");
        assertThat(CONFIG.getBoolean(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG))
                .isTrue();
    }

    /** What can not be read is dead by Admission's own decision: nothing else may be passed over. */
    @Test
    void kafkaStreamsSkipsNoRecordByItself() {
        assertThat(CONFIG.deserializationExceptionHandler()).isInstanceOf(LogAndFailExceptionHandler.class);
        assertThat(CONFIG.processingExceptionHandler()).isInstanceOf(LogAndFailProcessingExceptionHandler.class);
        assertThat(CONFIG.getString(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG))
                .isNull();
    }

    private static String golden() throws IOException {
        try (InputStream file = EventTopologyTest.class.getResourceAsStream("topology.txt")) {
            return new String(Objects.requireNonNull(file, "topology.txt").readAllBytes(), UTF_8);
        }
    }
}
