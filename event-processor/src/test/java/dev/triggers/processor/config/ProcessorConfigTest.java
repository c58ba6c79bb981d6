package dev.triggers.processor.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class ProcessorConfigTest {

    @Test
    void theDefaultsAreThese() {
        assertThat(bind(Map.of())).hasToString("""
                ProcessorConfig[kafkaBootstrap=127.0.0.1:9092, kafkaProperties=[], partitions=12, replicationFactor=3, stateDir=state, \
                instanceId=, threads=2, standbyReplicas=1, commitInterval=PT0.1S, earlyCommitInterval=PT0.02S, blockCacheBytes=67108864, \
                writeBufferBytes=67108864, filterBytes=33554432, dedupWindow=PT24H, debtBursts=10, aboutPort=8082, \
                bindAddress=127.0.0.1]""");
    }

    @Test
    void aNumberOutOfRangeIsNamed() {
        assertThatThrownBy(() -> bind(Map.of("triggers.processor.threads", "0")))
                .rootCause()
                .hasMessage("triggers.processor.threads: 0 (expected: 1 to 256)");
    }

    @Test
    void whatKafkaAsksForReachesEveryClientAndIsNotPrinted() {
        ProcessorConfig config = bind(Map.of(
                "triggers.processor.kafka-properties.security.protocol", "SASL_SSL",
                "triggers.processor.kafka-properties.sasl.jaas.config", "s3cret"));

        assertThat(config.kafka().client())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "bootstrap.servers", "127.0.0.1:9092",
                        "security.protocol", "SASL_SSL",
                        "sasl.jaas.config", "s3cret"));
        assertThat(config + " " + config.kafka()).contains("security.protocol").doesNotContain("s3cret");
    }

    private static ProcessorConfig bind(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("triggers.processor", ProcessorConfig.class);
    }
}
