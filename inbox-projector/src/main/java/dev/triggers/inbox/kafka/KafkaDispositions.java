package dev.triggers.inbox.kafka;

import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.wire.KafkaConnection;
import dev.triggers.common.wire.Topics;
import dev.triggers.inbox.DispositionLog;
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

/** Dispositions in {@code triggers.dispositions}, acknowledged by all in-sync replicas before anything is answered. */
public final class KafkaDispositions implements DispositionLog, AutoCloseable {

    private static final int MAX_BLOCK_MILLIS = 600;
    private static final int DELIVERY_MILLIS = 1_300;
    private static final int DEADLINE_MILLIS = MAX_BLOCK_MILLIS + DELIVERY_MILLIS + 50;
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);

    private final KafkaProducer<byte[], byte[]> producer;

    public KafkaDispositions(KafkaConnection kafka) {
        Map<String, Object> settings = kafka.client();
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MILLIS);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, DELIVERY_MILLIS);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_MILLIS);
        producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public void append(Disposition disposition) {
        appendAll(List.of(disposition));
    }

    @Override
    public void appendAll(List<Disposition> dispositions) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DEADLINE_MILLIS);
        try {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (Disposition disposition : dispositions) {
                sent.add(producer.send(Topics.DISPOSITIONS.record(disposition.org(), disposition)));
            }
            for (Future<RecordMetadata> one : sent) {
                one.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            }
        } catch (ExecutionException e) {
            throw new Unavailable("dispositions: " + e.getCause(), e);
        } catch (TimeoutException | KafkaException e) {
            throw new Unavailable("dispositions: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("dispositions: interrupted", e);
        }
    }

    @Override
    public void close() {
        producer.close(CLOSE_WITHIN);
    }
}
