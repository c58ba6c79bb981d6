package dev.triggers.common.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.config.TopicConfig;

/**
 * What an existing topic has to be, by the table and by the settings of the service that looks.
 *
 * @param partitions of every topic
 * @param replicationFactor of every topic, at least
 */
record TopicRules(int partitions, int replicationFactor) {

    /** Copies with which one broken disk loses nothing. */
    static final int SAFE_REPLICATION = 3;

    private static final String UNLIMITED = "-1";

    /** How many copies must have a write before it counts. */
    int minInSyncReplicas() {
        return replicationFactor >= SAFE_REPLICATION ? 2 : 1;
    }

    /** Where a topic is not that, each as {@code topic setting: actual (expected: rule)}; none: it is as it should be. */
    List<String> brokenBy(ExistingTopic existing, Topic<?, ?> wanted) {
        List<String> broken = new ArrayList<>();
        if (existing.partitions() != partitions) {
            broken.add(says(existing, "partitions", existing.partitions(), Integer.toString(partitions)));
        }
        if (existing.replicationFactor() < replicationFactor) {
            broken.add(says(existing, "replicas", existing.replicationFactor(), replicationFactor + " and up"));
        }
        existing.settings()
                .ifPresentOrElse(
                        settings -> broken.addAll(broken(existing, wanted, settings)),
                        () -> broken.add(says(existing, "settings", "not readable", "to be allowed DescribeConfigs")));
        return broken;
    }

    private List<String> broken(ExistingTopic existing, Topic<?, ?> wanted, Map<String, String> settings) {
        Map<String, String> all = new TreeMap<>(wanted.settings());
        all.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, Integer.toString(minInSyncReplicas()));
        List<String> broken = new ArrayList<>();
        all.forEach((name, rule) -> {
            String actual = settings.getOrDefault(name, "missing");
            expectation(name, rule, actual).ifPresent(expected -> broken.add(says(existing, name, actual, expected)));
        });
        return broken;
    }

    /** The rule that a value breaks, in words; absent: it breaks none. */
    private static Optional<String> expectation(String name, String rule, String actual) {
        return switch (name) {
            case TopicConfig.RETENTION_MS_CONFIG ->
                broken(rule + " and up, or " + UNLIMITED, actual.equals(UNLIMITED) || atLeast(rule, actual));
            case TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG -> broken(rule + " and up", atLeast(rule, actual));
            case TopicConfig.SEGMENT_MS_CONFIG -> broken("at most " + rule, atLeast(actual, rule));
            case TopicConfig.CLEANUP_POLICY_CONFIG -> broken(rule, words(rule).equals(words(actual)));
            default -> broken(rule, rule.equals(actual));
        };
    }

    private static Optional<String> broken(String rule, boolean kept) {
        return kept ? Optional.empty() : Optional.of(rule);
    }

    private static boolean atLeast(String least, String actual) {
        try {
            return Long.parseLong(actual) >= Long.parseLong(least);
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static Set<String> words(String list) {
        return Set.of(list.replace(" ", "").split(",", -1));
    }

    private static String says(ExistingTopic topic, String name, Object actual, String rule) {
        return topic.name() + " " + name + ": " + actual + " (expected: " + rule + ")";
    }
}
