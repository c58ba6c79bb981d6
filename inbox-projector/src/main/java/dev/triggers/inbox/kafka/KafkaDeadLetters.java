package dev.triggers.inbox.kafka;

import dev.triggers.common.wire.DeadLetter;
import dev.triggers.common.wire.HeaderNames;
import dev.triggers.common.wire.KafkaConnection;
import dev.triggers.common.wire.Topics;
import dev.triggers.inbox.InboxUnavailable;
import dev.triggers.inbox.projection.DeadLetterLog;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Dead letters in {@code triggers.dead-letters}, acknowledged by all in-sync replicas. Throws {@link InboxUnavailable}. */
public final class KafkaDeadLetters implements DeadLetterLog, AutoCloseable {

    private static final int DELIVERY_MILLIS = 5_000;
    private static final byte[] NO_KEY = new byte[0];
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);

    private final KafkaProducer<byte[], byte[]> producer;

    public KafkaDeadLetters(KafkaConnection kafka) {
        Map<String, Object> settings = kafka.client();
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, DELIVERY_MILLIS);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, DELIVERY_MILLIS);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_MILLIS);
        producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public void append(List<DeadLetter> letters) {
        try {
            List<Future<RecordMetadata>> sent = letters.stream()
                    .map(letter -> producer.send(Topics.DEAD_LETTERS.record(key(letter), letter)))
                    .toList();
            for (Future<RecordMetadata> each : sent) {
                each.get(2L * DELIVERY_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            throw new InboxUnavailable("dead letters: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InboxUnavailable("dead letters: interrupted", e);
        }
    }

    /** The org, as the key of each topic we read is. */
    private static byte[] key(DeadLetter letter) {
        @Nullable Header org = letter.headers().lastHeader(HeaderNames.ORG);
        return org == null || org.value() == null ? NO_KEY : org.value();
    }

    @Override
    public void close() {
        producer.close(CLOSE_WITHIN);
    }
}
