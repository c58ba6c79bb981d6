package dev.triggers.processor.streams;

import dev.triggers.common.wire.KafkaConnection;
import dev.triggers.common.wire.Topics;
import dev.triggers.processor.topology.EventTopology;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the processor goes on in {@code triggers.ingested}. It has {@code auto.offset.reset=none}, so that it never
 * begins elsewhere without a word: before it starts, every partition is given a committed offset here. At the first
 * start that is the oldest record. Later a missing one was lost; the oldest record is safe then too, because what was
 * decided is skipped, but it is said. So is a committed one whose record was deleted: what lies between was never
 * decided, and is counted.
 */
final class StartingOffsets {

    private static final Logger log = LoggerFactory.getLogger(StartingOffsets.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final int TIMEOUT_MILLIS = 10_000;

    private final KafkaConnection kafka;
    private final LongAdder forgotten = new LongAdder();
    private final LongAdder lost = new LongAdder();

    StartingOffsets(KafkaConnection kafka) {
        this.kafka = kafka;
    }

    /** Partitions whose committed offset was gone. */
    long forgotten() {
        return forgotten.sum();
    }

    /** Records that were deleted before they were decided. */
    long lost() {
        return lost.sum();
    }

    /** Waits for Kafka, and for members of the group that are just going, for as long as it takes. */
    void ensureWhenPossible() throws InterruptedException {
        Map<String, Object> settings = kafka.client();
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS / 2);
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        while (true) {
            try (Admin admin = Admin.create(settings)) {
                ensure(admin);
                return;
            } catch (ExecutionException | TimeoutException | KafkaException e) {
                log.atWarn().addKeyValue("cause", e.toString()).log("offsets not known yet, trying again");
            }
            Thread.sleep(RETRY_AFTER);
        }
    }

    private void ensure(Admin admin) throws ExecutionException, TimeoutException, InterruptedException {
        Map<TopicPartition, Long> oldest = oldest(admin);
        Map<TopicPartition, Long> committed = committed(admin);
        Map<TopicPartition, OffsetAndMetadata> wrong = oldest.entrySet().stream()
                .filter(partition -> committed.getOrDefault(partition.getKey(), -1L) < partition.getValue()
                        || !committed.containsKey(partition.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, partition -> new OffsetAndMetadata(partition.getValue())));
        if (wrong.isEmpty()) {
            return;
        }
        boolean ranBefore = ranBefore(admin);
        admin.alterConsumerGroupOffsets(StreamsSettings.APPLICATION_ID, wrong)
                .all()
                .get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        if (ranBefore) {
            wrong.forEach((partition, offset) -> say(partition, offset.offset(), committed));
        }
    }

    private void say(TopicPartition partition, long begin, Map<TopicPartition, Long> committed) {
        Long before = committed.get(partition);
        if (before == null) {
            forgotten.increment();
            log.atError()
                    .addKeyValue("partition", partition)
                    .addKeyValue("begin", begin)
                    .log(
                            "the committed offset is gone: read again from the oldest record, what was decided is skipped");
        } else {
            lost.add(begin - before);
            log.atError()
                    .addKeyValue("partition", partition)
                    .addKeyValue("first", before)
                    .addKeyValue("records", begin - before)
                    .log("records were deleted before they were decided");
        }
    }

    private static Map<TopicPartition, Long> oldest(Admin admin)
            throws ExecutionException, TimeoutException, InterruptedException {
        String topic = Topics.INGESTED.name();
        Map<TopicPartition, OffsetSpec> partitions = admin
                .describeTopics(List.of(topic))
                .allTopicNames()
                .get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                .values()
                .stream()
                .flatMap(description -> description.partitions().stream())
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .collect(Collectors.toMap(Function.identity(), _ -> OffsetSpec.earliest()));
        Map<TopicPartition, Long> oldest = new HashMap<>();
        admin.listOffsets(partitions)
                .all()
                .get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                .forEach((partition, found) -> oldest.put(partition, found.offset()));
        return oldest;
    }

    private static Map<TopicPartition, Long> committed(Admin admin)
            throws ExecutionException, TimeoutException, InterruptedException {
        Map<TopicPartition, Long> committed = new HashMap<>();
        admin.listConsumerGroupOffsets(StreamsSettings.APPLICATION_ID)
                .partitionsToOffsetAndMetadata()
                .get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                .forEach((partition, found) -> {
                    if (found != null) {
                        committed.put(partition, found.offset());
                    }
                });
        return committed;
    }

    private static boolean ranBefore(Admin admin) throws ExecutionException, TimeoutException, InterruptedException {
        Collection<String> topics = admin.listTopics().names().get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        return topics.contains(StreamsSettings.APPLICATION_ID + "-" + EventTopology.FIRST_STORE + "-changelog");
    }
}
