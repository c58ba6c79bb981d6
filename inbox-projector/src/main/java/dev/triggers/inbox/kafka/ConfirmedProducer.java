package dev.triggers.inbox.kafka;

import dev.triggers.common.wire.KafkaConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A producer that waits until all in-sync replicas have what it was given, 2 s at most. Idempotent; nothing lingers. */
final class ConfirmedProducer implements AutoCloseable {

    private static final int MAX_BLOCK_MILLIS = 600;
    private static final int DELIVERY_MILLIS = 1_300;
    private static final int DEADLINE_MILLIS = MAX_BLOCK_MILLIS + DELIVERY_MILLIS + 50;
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);

    private final KafkaProducer<byte[], byte[]> producer;

    ConfirmedProducer(KafkaConnection kafka) {
        Map<String, Object> settings = kafka.client();
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MILLIS);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, DELIVERY_MILLIS);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_MILLIS);
        producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Not all was confirmed in time. The rest may stand in the log or not. */
    static final class Unconfirmed extends Exception {

        private static final long serialVersionUID = 1L;

        private final transient List<RecordMetadata> confirmed;

        Unconfirmed(List<RecordMetadata> confirmed, Throwable cause) {
            super(String.valueOf(cause), cause);
            this.confirmed = confirmed;
        }

        /** Where the first of them stand, those that were confirmed. */
        List<RecordMetadata> confirmed() {
            return confirmed;
        }
    }

    /** Sends them in this order. Where they stand. */
    List<RecordMetadata> send(List<ProducerRecord<byte[], byte[]>> records) throws Unconfirmed {
        return begin(records).await();
    }

    /** Begins to send them, in this order. What fails already is told by {@link Sent#await}. */
    Sent begin(List<ProducerRecord<byte[], byte[]>> records) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DEADLINE_MILLIS);
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try {
            for (ProducerRecord<byte[], byte[]> record : records) {
                sent.add(producer.send(record));
            }
        } catch (KafkaException e) {
            sent.add(CompletableFuture.failedFuture(e));
        }
        return new Sent(sent, end);
    }

    /** Records that are on their way. */
    static final class Sent {

        private final List<Future<RecordMetadata>> records;
        private final long end;

        private Sent(List<Future<RecordMetadata>> records, long end) {
            this.records = records;
            this.end = end;
        }

        /** Where they stand. */
        List<RecordMetadata> await() throws Unconfirmed {
            List<RecordMetadata> confirmed = new ArrayList<>();
            try {
                for (Future<RecordMetadata> one : records) {
                    confirmed.add(one.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS));
                }
                return confirmed;
            } catch (ExecutionException e) {
                throw new Unconfirmed(confirmed, Objects.requireNonNullElse(e.getCause(), e));
            } catch (TimeoutException | KafkaException e) {
                throw new Unconfirmed(confirmed, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Unconfirmed(confirmed, e);
            }
        }
    }

    @Override
    public void close() {
        producer.close(CLOSE_WITHIN);
    }
}
