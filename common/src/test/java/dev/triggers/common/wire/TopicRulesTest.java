package dev.triggers.common.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicRulesTest {

    private static final TopicRules RULES = new TopicRules(12, 3);
    private static final TopicRules DEV = new TopicRules(12, 1);

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            nullValues = "none",
            value = {
                "triggers.accepted; retention.ms; 86400000; 2678400000 and up, or -1",
                "triggers.accepted; retention.ms; 2678400000; none",
                "triggers.accepted; retention.ms; 9999999999; none",
                "triggers.accepted; retention.ms; -1; none",
                "triggers.accepted; retention.ms; soon; 2678400000 and up, or -1",
                "triggers.accepted; retention.bytes; 1073741824; -1",
                "triggers.accepted; cleanup.policy; compact; delete",
                "triggers.accepted; cleanup.policy; compact,delete; delete",
                "triggers.accepted; message.timestamp.type; LogAppendTime; CreateTime",
                "triggers.ingested; message.timestamp.type; CreateTime; LogAppendTime",
                "triggers.throttled; cleanup.policy; delete, compact; none",
                "triggers.throttled; cleanup.policy; delete; compact,delete",
                "triggers.throttled; segment.ms; 7200000; at most 3600000",
                "triggers.throttled; segment.ms; 60000; none",
                "triggers.accepted; min.insync.replicas; 1; 2 and up",
                "triggers.accepted; min.insync.replicas; 3; none"
            })
    void aSettingIsHeldToItsRule(String topic, String setting, String actual, String rule) {
        Topic<?, ?> wanted = named(topic);
        Map<String, String> settings = asWanted(wanted);
        settings.put(setting, actual);

        assertThat(RULES.brokenBy(new ExistingTopic(topic, 12, 3, Optional.of(settings)), wanted))
                .isEqualTo(
                        rule == null
                                ? List.of()
                                : List.of(topic + " " + setting + ": " + actual + " (expected: " + rule + ")"));
    }

    @Test
    void theNumberOfPartitionsIsExactAndThatOfCopiesTheLeast() {
        Optional<Map<String, String>> settings = Optional.of(asWanted(Topics.ACCEPTED));

        assertThat(RULES.brokenBy(new ExistingTopic("triggers.accepted", 6, 2, settings), Topics.ACCEPTED))
                .containsExactly(
                        "triggers.accepted partitions: 6 (expected: 12)",
                        "triggers.accepted replicas: 2 (expected: 3 and up)");
        assertThat(RULES.brokenBy(new ExistingTopic("triggers.accepted", 12, 5, settings), Topics.ACCEPTED))
                .isEmpty();
    }

    @Test
    void aDevelopersMachineNeedsOneCopy() {
        Map<String, String> settings = asWanted(Topics.ACCEPTED);
        settings.put("min.insync.replicas", "1");

        assertThat(DEV.brokenBy(new ExistingTopic("triggers.accepted", 12, 1, Optional.of(settings)), Topics.ACCEPTED))
                .isEmpty();
    }

    @Test
    void whatCanNotBeReadIsNotCalledRight() {
        ExistingTopic unreadable = new ExistingTopic("triggers.accepted", 12, 3, Optional.empty());

        assertThat(RULES.brokenBy(unreadable, Topics.ACCEPTED))
                .containsExactly("triggers.accepted settings: not readable (expected: to be allowed DescribeConfigs)");
        assertThatThrownBy(unreadable::retention)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("not readable");
    }

    @Test
    void anExistingTopicSaysHowLongItKeepsItsRecords() {
        Map<String, String> settings = asWanted(Topics.ACCEPTED);
        assertThat(new ExistingTopic("triggers.accepted", 12, 3, Optional.of(settings)).retention())
                .hasValue(Duration.ofDays(31));

        settings.put("retention.ms", "-1");
        assertThat(new ExistingTopic("triggers.accepted", 12, 3, Optional.of(settings)).retention())
                .as("for ever")
                .isEmpty();
    }

    private static Topic<?, ?> named(String name) {
        return Topics.all().stream()
                .filter(topic -> topic.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, String> asWanted(Topic<?, ?> topic) {
        Map<String, String> settings = new HashMap<>(topic.settings());
        settings.put("min.insync.replicas", "2");
        return settings;
    }
}
