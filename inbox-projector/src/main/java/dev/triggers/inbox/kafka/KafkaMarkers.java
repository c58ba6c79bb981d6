package dev.triggers.inbox.kafka;

import dev.triggers.common.wire.KafkaConnection;
import dev.triggers.common.wire.Marker;
import dev.triggers.common.wire.Topics;
import dev.triggers.inbox.DispositionLog.Unavailable;
import dev.triggers.inbox.MarkerLog;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Markers in {@code triggers.ingested}, in the partition of their organisation's submissions, each acknowledged by all
 * in-sync replicas before the call returns. Waits 2 s at most.
 */
public final class KafkaMarkers implements MarkerLog, AutoCloseable {

    private static final int MAX_BLOCK_MILLIS = 600;
    private static final int DELIVERY_MILLIS = 1_300;
    private static final int DEADLINE_MILLIS = MAX_BLOCK_MILLIS + DELIVERY_MILLIS + 50;
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);

    private final KafkaProducer<byte[], byte[]> producer;

    public KafkaMarkers(KafkaConnection kafka) {
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
    public void append(Marker marker) {
        try {
            producer.send(Topics.INGESTED.record(marker.org(), marker)).get(DEADLINE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new Unavailable("markers: " + e.getCause(), e);
        } catch (TimeoutException | KafkaException e) {
            throw new Unavailable("markers: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("markers: interrupted", e);
        }
    }

    @Override
    public void close() {
        producer.close(CLOSE_WITHIN);
    }
}
