package dev.triggers.inbox.kafka;

import dev.triggers.common.event.Receipt;
import dev.triggers.common.wire.KafkaConnection;
import dev.triggers.common.wire.Submission;
import dev.triggers.common.wire.Topics;
import dev.triggers.inbox.DispositionLog;
import dev.triggers.inbox.Submitting;
import java.time.Duration;
import java.util.ArrayList;
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
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Submissions in {@code triggers.ingested}, acknowledged by all in-sync replicas before anything is answered. */
public final class KafkaSubmitting implements Submitting, AutoCloseable {

    private static final int MAX_BLOCK_MILLIS = 600;
    private static final int DELIVERY_MILLIS = 1_300;
    private static final int DEADLINE_MILLIS = MAX_BLOCK_MILLIS + DELIVERY_MILLIS + 50;
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);

    private final KafkaProducer<byte[], byte[]> producer;

    public KafkaSubmitting(KafkaConnection kafka) {
        Map<String, Object> settings = kafka.client();
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MILLIS);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, DELIVERY_MILLIS);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_MILLIS);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public List<Receipt> submit(List<Submission> submissions) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DEADLINE_MILLIS);
        List<Receipt> receipts = new ArrayList<>();
        try {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (Submission submission : submissions) {
                sent.add(producer.send(Topics.INGESTED.record(submission.event().org(), submission)));
            }
            for (Future<RecordMetadata> one : sent) {
                RecordMetadata place = one.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                receipts.add(new Receipt(place.partition(), place.offset()));
            }
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            return confirmed(receipts, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return confirmed(receipts, e);
        }
        return receipts;
    }

    private static List<Receipt> confirmed(List<Receipt> receipts, Exception cause) {
        if (receipts.isEmpty()) {
            throw new DispositionLog.Unavailable("ingested: " + cause, cause);
        }
        return receipts;
    }

    @Override
    public void close() {
        producer.close(CLOSE_WITHIN);
    }
}
