package dev.triggers.processor.streams;

import dev.triggers.common.wire.Topics;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.TaskMetadata;

/**
 * How far an instance is behind, by its partitions of {@code ingested}: what it has not read yet, and what it has read
 * but not committed. What it read before its first commit in a partition is not known, and counts as nothing.
 */
record Lag(KafkaStreams streams) {

    /** The partitions that this instance decides; none while they are handed out or restored. */
    Set<Integer> partitions() {
        return tasks().flatMap(task -> task.topicPartitions().stream())
                .map(TopicPartition::partition)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Submissions, by partition. One that is not this instance's, or not read from yet, is absent. */
    Map<Integer, Long> byPartition() {
        Map<Integer, Long> lags = new TreeMap<>();
        streams.metrics().forEach((name, metric) -> {
            if (isOfIngested(name) && metric.metricValue() instanceof Double unread && unread >= 0) {
                lags.merge(Integer.valueOf(name.tags().get("partition")), unread.longValue(), Math::max);
            }
        });
        tasks().forEach(task -> task.endOffsets()
                .forEach((partition, read) -> lags.computeIfPresent(
                        partition.partition(), (_, unread) -> unread + uncommitted(task, partition, read))));
        return lags;
    }

    private static boolean isOfIngested(MetricName name) {
        return name.name().equals("records-lag")
                && Topics.INGESTED.name().equals(name.tags().get("topic"));
    }

    /** @param read the highest offset read; negative before the first */
    private static long uncommitted(TaskMetadata task, TopicPartition partition, long read) {
        long committed = task.committedOffsets().getOrDefault(partition, -1L);
        return read < 0 || committed < 0 ? 0 : Math.max(0, read + 1 - committed);
    }

    private Stream<TaskMetadata> tasks() {
        return streams.metadataForLocalThreads().stream().flatMap(thread -> thread.activeTasks().stream());
    }
}
