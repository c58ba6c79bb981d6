package dev.triggers.inbox.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class InboxConfigTest {

    @Test
    void theDefaultsAreThese() {
        assertThat(bind(Map.of())).hasToString("""
                InboxConfig[kafkaBootstrap=127.0.0.1:9092, kafkaProperties=[], partitions=12, replicationFactor=3, instanceId=, consumers=2, \
                batchRecords=2000, retentionDays=30, waiters=10000, streams=Streams[most=5000, perOrg=100, bytes=67108864, readers=4, \
                heartbeat=PT15S, patience=PT1M], notifications=Notifications[atOnce=16, attempts=7, within=PT6H, firstRetry=PT5S, \
                longestRetry=PT1H, anywhere=false], mostInboxes=1000, postgres=jdbc:postgresql://127.0.0.1:5432/triggers as triggers, reader pool 8]""");
    }

    @Test
    void aNumberOutOfRangeIsNamed() {
        assertThatThrownBy(() -> bind(Map.of("triggers.inbox.consumers", "0")))
                .rootCause()
                .hasMessage("triggers.inbox.consumers: 0 (expected: 1 to 256)");
    }

    @Test
    void whatKafkaAsksForReachesEveryClientAndIsNotPrinted() {
        InboxConfig config = bind(Map.of(
                "triggers.inbox.kafka-properties.security.protocol", "SASL_SSL",
                "triggers.inbox.kafka-properties.sasl.jaas.config", "s3cret"));

        assertThat(config.kafka().client())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "bootstrap.servers", "127.0.0.1:9092",
                        "security.protocol", "SASL_SSL",
                        "sasl.jaas.config", "s3cret"));
        assertThat(config + " " + config.kafka()).contains("security.protocol").doesNotContain("s3cret");
    }

    @Test
    void passwordsAreNotPrinted() {
        assertThat(bind(Map.of("triggers.inbox.postgres.owner-password", "s3cret"))
                        .toString())
                .doesNotContain("s3cret");
    }

    private static InboxConfig bind(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("triggers.inbox", InboxConfig.class);
    }
}
