package dev.triggers.inbox.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.wire.KafkaConnection;
import dev.triggers.common.wire.TopicCreation;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealBackendsExtension.class)
class LogRetentionIT {

    private final RealBackends real;

    LogRetentionIT(RealBackends real) throws InterruptedException {
        this.real = real;
        TopicCreation.ensureAllWhenPossible(real.kafkaBootstrap(), 4, 1);
    }

    @Test
    void theTopicsAsTheyAreCreatedKeepMoreThanTheTables() throws Exception {
        try (LogRetention retention =
                new LogRetention(KafkaConnection.to(real.kafkaBootstrap()), Duration.ofDays(30))) {
            assertThat(retention.tooShort()).isEmpty();
        }
    }

    @Test
    void topicsThatKeepLessAreSaidWhileTheServiceServes() {
        try (LogRetention retention =
                new LogRetention(KafkaConnection.to(real.kafkaBootstrap()), Duration.ofDays(32))) {
            retention.start();
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(retention.degraded())
                            .containsExactly(
                                    "log retention of accepted retention.ms",
                                    "log retention of rejected retention.ms",
                                    "log retention of dispositions retention.ms"));
            assertThat(retention.waitingFor()).isEmpty();
            assertThat(retention.faults()).isEqualTo(3);
        }
    }

    @Test
    void aBoundOnBytesAndCompactionLoseRecordsToo() {
        LogRetention retention = new LogRetention(KafkaConnection.to(real.kafkaBootstrap()), Duration.ofDays(30));
        assertThat(retention.tooShort("accepted", config("-1", "-1", "delete"))).isEmpty();
        assertThat(retention.tooShort("accepted", config("86400000", "1000", "compact,delete")))
                .containsExactly(
                        "accepted retention.ms: 86400000 (expected: 2592000000 and up)",
                        "accepted retention.bytes: 1000 (expected: -1)",
                        "accepted cleanup.policy: compact,delete (expected: delete)");
    }

    private static Config config(String millis, String bytes, String policy) {
        return new Config(List.of(
                new ConfigEntry("retention.ms", millis),
                new ConfigEntry("retention.bytes", bytes),
                new ConfigEntry("cleanup.policy", policy)));
    }
}
