package dev.triggers.inbox.postgres;

import static org.awaitility.Awaitility.await;

import dev.triggers.common.disposition.Disposition.Acknowledged;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.wire.KafkaConnection;
import dev.triggers.common.wire.Topics;
import dev.triggers.inbox.DispositionLog;
import dev.triggers.inbox.Events;
import dev.triggers.inbox.kafka.KafkaDispositions;
import dev.triggers.inbox.kafka.KafkaMarkers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The real broker of all walks: what requests write with, and a processor's transactions. Its topics begin empty. */
final class WalkBroker implements AutoCloseable {

    private static final Duration SOON = Duration.ofSeconds(30);

    private final String bootstrap;
    private final KafkaDispositions dispositions;
    private final KafkaMarkers markers;
    private final KafkaProducer<byte[], byte[]> processor;
    private final AtomicLong receipts = new AtomicLong();

    WalkBroker(String bootstrap) throws ExecutionException, InterruptedException {
        this.bootstrap = bootstrap;
        KafkaConnection kafka = KafkaConnection.to(bootstrap);
        dispositions = new KafkaDispositions(kafka);
        markers = new KafkaMarkers(kafka);
        processor = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrap,
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        "walk-" + UUID.randomUUID(),
                        ProducerConfig.LINGER_MS_CONFIG,
                        0),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        processor.initTransactions();
        warmUp();
        empty();
    }

    /** The first append of a process takes as long as finding the brokers. */
    private void warmUp() {
        OrgId nobody = Events.newOrg();
        await().atMost(SOON)
                .ignoreExceptionsInstanceOf(DispositionLog.Unavailable.class)
                .until(() -> {
                    dispositions.append(
                            new Acknowledged(nobody, InboxId.defaultOf(nobody), Sequences.of(1), Events.START));
                    return true;
                });
    }

    /** What other tests wrote is gone. */
    private void empty() throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        for (String topic : List.of(Topics.ACCEPTED.name(), Topics.REJECTED.name(), Topics.DISPOSITIONS.name())) {
            for (int partition = 0; partition < partitions(topic); partition++) {
                ends.put(new TopicPartition(topic, partition), OffsetSpec.latest());
            }
        }
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap))) {
            Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
            admin.listOffsets(ends)
                    .all()
                    .get()
                    .forEach((partition, end) -> all.put(partition, RecordsToDelete.beforeOffset(end.offset())));
            admin.deleteRecords(all).all().get();
        }
    }

    String bootstrap() {
        return bootstrap;
    }

    int partitions(String topic) {
        return processor.partitionsFor(topic).size();
    }

    KafkaDispositions dispositions() {
        return dispositions;
    }

    KafkaMarkers markers() {
        return markers;
    }

    KafkaProducer<byte[], byte[]> processor() {
        return processor;
    }

    /** Where a marker stands: no two are the same. */
    long nextReceipt() {
        return receipts.incrementAndGet();
    }

    @Override
    public void close() {
        processor.close(Duration.ofSeconds(2));
        markers.close();
        dispositions.close();
    }
}
