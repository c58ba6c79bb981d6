package dev.triggers.proof.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triggers.common.wire.HeaderNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** What the log alone takes: one producer, acks=all, records as long as ours and made beforehand, nobody waiting for any. */
final class BareProducer {

    private static final String TOPIC = "bare";
    private static final int DIFFERENT = 10_000;
    private static final int LOOK_EVERY = 1_000;

    private BareProducer() {}

    /** Records confirmed a second, the wait for the last among them. */
    static double perSecond(Bench bench, Duration duration) throws InterruptedException, ExecutionException {
        try (Admin admin = Admin.create(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bench.kafka()))) {
            if (!admin.listTopics().names().get().contains(TOPIC)) {
                admin.createTopics(List.of(new NewTopic(TOPIC, Bench.PARTITIONS, (short) 1)))
                        .all()
                        .get();
            }
        }
        List<ProducerRecord<byte[], byte[]>> records = records();
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bench.kafka(),
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.COMPRESSION_TYPE_CONFIG,
                        "lz4",
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        65_536,
                        ProducerConfig.LINGER_MS_CONFIG,
                        1),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            long start = System.nanoTime();
            long sent = 0;
            while (System.nanoTime() - start < duration.toNanos()) {
                for (int i = 0; i < LOOK_EVERY; i++) {
                    var _ = producer.send(
                            records.get((int) (sent++ % records.size())), (_, e) -> failure.compareAndSet(null, e));
                }
            }
            producer.flush();
            Exception e = failure.get();
            if (e != null) {
                throw new IllegalStateException("the log did not take a record", e);
            }
            return sent * 1e9 / (System.nanoTime() - start);
        }
    }

    /** With the headers that a submission has. */
    private static List<ProducerRecord<byte[], byte[]>> records() {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < DIFFERENT; i++) {
            String id = "01a207b6-725c-77ce-b2b4-" + (RequestTemplate.FIRST + i);
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                    TOPIC,
                    ("01a207b6-725c-77ce-b2b4-" + (RequestTemplate.FIRST + i % 100)).getBytes(UTF_8),
                    Posts.data(i).getBytes(UTF_8));
            Map.of(
                            HeaderNames.SPEC_VERSION,
                            "1.0",
                            HeaderNames.ID,
                            id,
                            HeaderNames.SOURCE,
                            "/orgs/" + id,
                            HeaderNames.TYPE,
                            "bench.happened",
                            HeaderNames.TIME,
                            "2026-11-23T00:00:00.000Z",
                            HeaderNames.CONTENT_TYPE,
                            "application/json",
                            HeaderNames.EVENT_ID,
                            id,
                            HeaderNames.ORG,
                            id,
                            HeaderNames.DEDUP_ID,
                            Long.toString(RequestTemplate.FIRST + i),
                            HeaderNames.RECEIVED_AT,
                            "2026-11-23T00:00:00.000Z")
                    .forEach((name, value) -> record.headers().add(new RecordHeader(name, value.getBytes(UTF_8))));
            records.add(record);
        }
        return records;
    }
}
