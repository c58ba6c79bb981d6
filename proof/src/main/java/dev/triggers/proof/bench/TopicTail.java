package dev.triggers.proof.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.triggers.common.wire.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** A subscriber of {@code accepted}, {@code read_committed}, from now on: says when it sees an event. In a thread of its own. */
final class TopicTail implements AutoCloseable {

    private static final byte[] ORDER = "\"order\":".getBytes(US_ASCII);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration THERE_WITHIN = Duration.ofSeconds(10);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final LongConsumer seen;
    private final Thread thread;
    private volatile @Nullable RuntimeException failure;

    /** @param seen is told the number of each event's request, in the thread of the subscriber */
    TopicTail(String kafka, LongConsumer seen) {
        this.seen = seen;
        consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        kafka,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "none"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> all = IntStream.range(0, Bench.PARTITIONS)
                .mapToObj(partition -> new TopicPartition(Topics.ACCEPTED.name(), partition))
                .toList();
        consumer.assign(all);
        consumer.seekToEnd(all);
        all.forEach(partition -> consumer.position(partition, THERE_WITHIN));
        thread = Thread.ofPlatform().daemon().name("subscriber").start(this::read);
    }

    private void read() {
        try (consumer) {
            while (true) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    take(record.value());
                }
            }
        } catch (WakeupException _) {
            // closed
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    private void take(byte[] data) {
        for (int i = 0; i < data.length - ORDER.length; i++) {
            if (data[i] == '"' && Receipts.stands(ORDER, data, i)) {
                seen.accept(RequestTemplate.number(data, i + ORDER.length));
                return;
            }
        }
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join(THERE_WITHIN);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        RuntimeException e = failure;
        if (e != null) {
            throw new IllegalStateException("the topic can not be read", e);
        }
    }
}
