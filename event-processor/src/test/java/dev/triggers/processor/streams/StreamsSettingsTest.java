package dev.triggers.processor.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.common.wire.KafkaConnection;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;

class StreamsSettingsTest {

    private static final int MOST_MILLIS = 100;

    private final StreamsConfig config = new StreamsSettings(
                    new KafkaConnection("127.0.0.1:9", Map.of()), "state", "", 2, 1, 3, Duration.ofMillis(100), 1, 1)
            .toConfig();

    /** Where a restore begins is asked for behind the last fetch, which the broker keeps where there is nothing to bring. */
    @Test
    void aRestoreWaitsForLittle() {
        assertThat((Integer) config.getRestoreConsumerConfigs("restore").get(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG))
                .isLessThanOrEqualTo(MOST_MILLIS);
    }

    @Test
    void decisionsAreExactlyOnce() {
        assertThat(config.getString(StreamsConfig.PROCESSING_GUARANTEE_CONFIG))
                .isEqualTo(StreamsConfig.EXACTLY_ONCE_V2);
        assertThat(config.getMainConsumerConfigs("group", "client", 1).get(ConsumerConfig.ISOLATION_LEVEL_CONFIG))
                .isEqualTo("read_committed");
    }
}
