package dev.triggers.proof.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.wire.HeaderNames;
import dev.triggers.common.wire.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads every outcome as a subscriber does, {@code read_committed}, keeps the books, and says when what arrived. */
final class Outcomes implements AutoCloseable {

    private static final byte[] AT = "{\"at\":".getBytes(UTF_8);
    private static final long MOST_MICROS = 600_000_000L;
    private static final int DIGITS = 3;
    private static final Duration POLL = Duration.ofMillis(50);

    private final String kafka;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread reader;
    private final Books books = new Books();
    /** By org: only those whose latency is of interest. */
    private final Map<String, Histogram> latencies = new ConcurrentHashMap<>();

    private final Map<Integer, Long> latestByPartition = new ConcurrentHashMap<>();
    private volatile long notBeforeNanos;
    private volatile long arrived;
    private volatile long arrivedNanos;
    private volatile @Nullable RuntimeException failure;
    private volatile boolean closed;

    /** The topics have to be there. */
    Outcomes(String kafka) {
        this.kafka = kafka;
        consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        kafka,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        5_000),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> all = Stream.of(Topics.ACCEPTED.name(), Topics.REJECTED.name())
                .flatMap(topic -> partitions(topic).stream())
                .toList();
        consumer.assign(all);
        consumer.seekToBeginning(all);
        reader = Thread.ofPlatform().daemon().name("outcomes").start(this::read);
    }

    private static List<TopicPartition> partitions(String topic) {
        return IntStream.range(0, Bench.PARTITIONS)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
    }

    private void read() {
        try {
            while (!closed) {
                var records = consumer.poll(POLL);
                long now = System.nanoTime();
                synchronized (books) {
                    records.forEach(record -> take(record, now));
                    if (!records.isEmpty()) {
                        arrivedNanos = now;
                        arrived = books.arrived();
                    }
                }
            }
        } catch (WakeupException _) {
            // closed
        } catch (RuntimeException e) {
            failure = e;
        } finally {
            consumer.close();
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record, long now) {
        Receipt receipt = Receipt.parse(header(record, HeaderNames.RECEIPT));
        latestByPartition.put(receipt.partition(), now);
        if (!record.topic().equals(Topics.ACCEPTED.name())) {
            books.rejected(receipt, header(record, HeaderNames.OUTCOME));
            return;
        }
        String org = new String(record.key(), UTF_8);
        books.accepted(receipt, org, Long.parseLong(header(record, HeaderNames.SEQUENCE)));
        Histogram latency = latencies.get(org);
        if (latency != null) {
            long due = dueNanos(record.value());
            if (due != 0 && due - notBeforeNanos >= 0) {
                latency.recordValue(Math.clamp((now - due) / 1_000, 0, MOST_MICROS));
            }
        }
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }

    /** The number that the data begins with; may be negative, as {@link System#nanoTime} may. */
    private static long dueNanos(byte[] data) {
        int end = AT.length;
        while (data[end] != ',') {
            end++;
        }
        return Long.parseLong(new String(data, AT.length, end - AT.length, UTF_8));
    }

    /**
     * Measures the time from when an event of these orgs was due until it is visible.
     *
     * @param notBefore events due earlier are not counted
     */
    void measure(List<OrgId> orgs, long notBefore, Histogram latency) {
        notBeforeNanos = notBefore;
        orgs.forEach(org -> latencies.put(org.toString(), latency));
    }

    /** Microseconds, up to ten minutes. */
    static Histogram histogram() {
        return new Histogram(MOST_MICROS, DIGITS);
    }

    /** How many outcomes have arrived, and when the last of them did. */
    Arrived arrived() {
        synchronized (books) {
            requireReading();
            return new Arrived(arrived, arrivedNanos);
        }
    }

    record Arrived(long count, long nanos) {}

    /** When the latest outcome of a submission in each partition arrived. */
    Map<Integer, Long> latestByPartition() {
        return Map.copyOf(latestByPartition);
    }

    /** Waits until so many have arrived. */
    Arrived await(long count, Duration within) throws InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        for (Arrived now = arrived(); now.count() < count; now = arrived()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "outcomes: " + now.count() + " (expected: " + count + " within " + within.toSeconds() + " s)");
            }
            Thread.sleep(1);
        }
        return arrived();
    }

    /** Waits until everything in the log has its outcome, and checks it. Says how many there are. */
    long awaitBalance(Duration within) throws InterruptedException {
        Map<Integer, Long> ends = logEnds();
        long submissions = ends.values().stream().mapToLong(Long::longValue).sum();
        await(submissions, within);
        synchronized (books) {
            books.requireBalanced(ends);
        }
        return submissions;
    }

    /** Throws {@link IllegalStateException} unless everything so far was accepted. */
    void requireAllAccepted() {
        synchronized (books) {
            if (!books.outcomes().keySet().stream().allMatch("accepted"::equals)) {
                throw new IllegalStateException("outcomes: " + books.outcomes() + " (expected: accepted only)");
            }
        }
    }

    private Map<Integer, Long> logEnds() {
        try (var log = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            return log.endOffsets(partitions(Topics.INGESTED.name())).entrySet().stream()
                    .collect(Collectors.toMap(
                            end -> end.getKey().partition(), Map.Entry::getValue, (a, _) -> a, HashMap::new));
        }
    }

    private void requireReading() {
        RuntimeException e = failure;
        if (e != null) {
            throw new IllegalStateException("outcomes can not be read", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        try {
            reader.join(Duration.ofSeconds(10));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
