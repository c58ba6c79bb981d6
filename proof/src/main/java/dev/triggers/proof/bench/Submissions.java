package dev.triggers.proof.bench;

import dev.triggers.common.event.DedupId;
import dev.triggers.common.event.Event;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.EventType;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Payload;
import dev.triggers.common.event.Uuids;
import dev.triggers.common.limit.Plan;
import dev.triggers.common.limit.RateLimit;
import dev.triggers.common.wire.Submission;
import dev.triggers.common.wire.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** The load: submissions appended to the log as ingest-api does it, each with a dedup id of its own. */
final class Submissions implements AutoCloseable {

    private static final Plan UNLIMITED = new Plan(1, RateLimit.UNLIMITED);
    private static final EventType TYPE = new EventType("bench.happened");
    private static final String SOURCE = "/bench";
    /** Dedup ids are unique over all runs of this JVM. */
    private static final AtomicLong NEXT = new AtomicLong();

    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    Submissions(String kafka, Duration linger) {
        producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        kafka,
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.COMPRESSION_TYPE_CONFIG,
                        "lz4",
                        ProducerConfig.LINGER_MS_CONFIG,
                        Math.toIntExact(linger.toMillis())),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** Orgs that nobody has heard of. */
    static List<OrgId> orgs(int count) {
        List<OrgId> orgs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            orgs.add(new OrgId(Uuids.ordered(Instant.now())));
        }
        return orgs;
    }

    /** So many new orgs whose events stand in one partition. */
    static List<OrgId> orgsIn(int partition, int count) {
        List<OrgId> orgs = new ArrayList<>();
        while (orgs.size() < count) {
            orgs(1).stream().filter(org -> partitionOf(org) == partition).forEach(orgs::add);
        }
        return orgs;
    }

    static int partitionOf(OrgId org) {
        byte[] key = Topics.ORG_ID.serializer().serialize(Topics.INGESTED.name(), org);
        return BuiltInPartitioner.partitionForKey(key, Bench.PARTITIONS);
    }

    /** Appends as fast as the log takes it, and returns when all is confirmed. */
    void fill(long count, LongFunction<OrgId> org) {
        for (long i = 0; i < count; i++) {
            append(org.apply(i), 0);
        }
        confirmed();
    }

    /**
     * Appends at a steady rate, whatever comes of it, and returns when all is confirmed. Says how many were appended.
     *
     * @param admits asked for each by when it is due, nanoseconds after the start: what the edge would refuse is left out
     */
    long atRate(double perSecond, Duration duration, LongFunction<OrgId> org, LongPredicate admits) {
        long start = System.nanoTime();
        long count = (long) (perSecond * duration.toNanos() / 1e9);
        long appended = 0;
        for (long i = 0; i < count; i++) {
            long after = (long) (i * 1e9 / perSecond);
            waitUntil(start + after);
            if (admits.test(after)) {
                append(org.apply(i), start + after);
                appended++;
            }
        }
        confirmed();
        return appended;
    }

    private static void waitUntil(long nanos) {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private void append(OrgId org, long dueNanos) {
        long number = NEXT.incrementAndGet();
        Instant now = Instant.now();
        DedupId dedup = new DedupId(Long.toString(number));
        EventId id = EventId.named(org, SOURCE, dedup);
        Event event = new Event(
                org,
                id,
                id.toString(),
                SOURCE,
                TYPE,
                Optional.empty(),
                now.atOffset(ZoneOffset.UTC),
                Optional.of(dedup),
                Map.of(),
                Optional.empty(),
                Payload.of(data(dueNanos, number)));
        Future<RecordMetadata> _ =
                producer.send(Topics.INGESTED.record(org, new Submission(event, now, UNLIMITED)), (_, e) -> {
                    if (e != null) {
                        failure.compareAndSet(null, e);
                    }
                });
    }

    /** About 200 bytes; {@code at} is when it was due, by {@link System#nanoTime}, 0 when that is of no interest. */
    static String data(long at, long order) {
        return """
                {"at":%d,"order":%d,"customer":"Zoë Müller","street":"Straße des 17. Juni 135","items":[\
                {"sku":"A-1001","count":2,"price":9.00},{"sku":"B-2002","count":1,"price":119.00}],"note":"bench"}\
                """.formatted(at, order);
    }

    private void confirmed() {
        producer.flush();
        Exception e = failure.get();
        if (e != null) {
            throw new IllegalStateException("the log did not take a submission", e);
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
