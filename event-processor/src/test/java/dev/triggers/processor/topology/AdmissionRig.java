package dev.triggers.processor.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.disposition.Disposition.Stamped;
import dev.triggers.common.event.DedupId;
import dev.triggers.common.event.Event;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.EventType;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Payload;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.limit.Plan;
import dev.triggers.common.limit.RateLimit;
import dev.triggers.common.wire.Accepted;
import dev.triggers.common.wire.KafkaConnection;
import dev.triggers.common.wire.Marker;
import dev.triggers.common.wire.Outcome;
import dev.triggers.common.wire.Rejected;
import dev.triggers.common.wire.Submission;
import dev.triggers.common.wire.Throttle;
import dev.triggers.common.wire.Topic;
import dev.triggers.common.wire.Topics;
import dev.triggers.processor.dedup.FilterPool;
import dev.triggers.processor.streams.StreamsSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** The topology on Kafka's test driver, spoken to in the domain's words. One partition; the first record has offset 0. */
final class AdmissionRig implements AutoCloseable {

    static final Instant START = Instant.parse("2026-11-23T08:00:00Z");
    static final OrgId ORG = OrgId.parse("0197a2c4-8f00-7000-8000-000000000001");
    static final OrgId OTHER = OrgId.parse("0197a2c4-8f00-7000-8000-000000000002");
    static final Plan UNLIMITED = new Plan(1, RateLimit.UNLIMITED);

    private static final HexFormat HEX = HexFormat.of();
    private static final Path MEMORY = Path.of("/dev/shm");

    private final Path stateDir;
    private final TopologyTestDriver driver;
    private final TestInputTopic<byte[], byte[]> ingested;
    private final TestOutputTopic<byte[], byte[]> accepted;
    private final TestOutputTopic<byte[], byte[]> rejected;
    private final TestOutputTopic<byte[], byte[]> throttled;
    private final TestOutputTopic<byte[], byte[]> dispositions;
    private final TestOutputTopic<byte[], byte[]> deadLetters;
    final List<String> tally = new ArrayList<>();
    int told;

    private Instant now = START;

    AdmissionRig() {
        this(AdmissionPolicy.DEFAULT);
    }

    AdmissionRig(AdmissionPolicy policy) {
        stateDir = stateDir();
        var config = new StreamsSettings(
                        KafkaConnection.to("unused:1"),
                        stateDir.toString(),
                        "",
                        1,
                        0,
                        1,
                        Duration.ofMillis(100),
                        8 << 20,
                        8 << 20)
                .toConfig();
        driver = new TopologyTestDriver(
                new EventTopology(config, policy, new FilterPool(1 << 20), counting(), Duration.ofMillis(10)).get(),
                properties(config),
                START);
        ingested =
                driver.createInputTopic(Topics.INGESTED.name(), new ByteArraySerializer(), new ByteArraySerializer());
        accepted = output(Topics.ACCEPTED);
        rejected = output(Topics.REJECTED);
        throttled = output(Topics.THROTTLED);
        dispositions = output(Topics.DISPOSITIONS);
        deadLetters = output(Topics.DEAD_LETTERS);
    }

    private static Properties properties(StreamsConfig config) {
        Properties properties = new Properties();
        properties.putAll(config.originals());
        return properties;
    }

    /** In memory where the system has such a place: the test driver commits, and so syncs files, after every record. */
    private static Path stateDir() {
        try {
            return Files.isDirectory(MEMORY)
                    ? Files.createTempDirectory(MEMORY, "admission")
                    : Files.createTempDirectory("admission");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private TestOutputTopic<byte[], byte[]> output(Topic<?, ?> topic) {
        return driver.createOutputTopic(topic.name(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private Tally counting() {
        return new Tally() {
            @Override
            public void decided(Outcome outcome) {
                tally.add(outcome.toString());
            }

            @Override
            public void stamped() {
                tally.add("stamped");
            }

            @Override
            public void skipped() {
                tally.add("skipped");
            }

            @Override
            public void told() {
                told++;
            }

            @Override
            public void storeRead() {}
        };
    }

    /** Time passes, for the log and for every ingest instance. */
    AdmissionRig later(Duration duration) {
        now = now.plus(duration);
        return this;
    }

    Instant now() {
        return now;
    }

    void submit(Event event) {
        submit(event, UNLIMITED);
    }

    void submit(Event event, Plan plan) {
        submit(event, plan, now, now);
    }

    void submit(Event event, Plan plan, Instant receivedAt, Instant logAppendTime) {
        submit(new Submission(event, receivedAt, plan), logAppendTime);
    }

    /** What was submitted at an offset is submitted again by somebody's decision. */
    void redrive(Event event, long offset) {
        submit(new Submission(event, now, UNLIMITED, Optional.of(new Receipt(0, offset))), now);
    }

    void submit(Submission submission, Instant logAppendTime) {
        ProducerRecord<byte[], byte[]> record =
                Topics.INGESTED.record(submission.event().org(), submission);
        pipe(record.key(), record.value(), record.headers(), logAppendTime);
    }

    void mark(Marker marker) {
        mark(marker, now);
    }

    void mark(Marker marker, Instant logAppendTime) {
        ProducerRecord<byte[], byte[]> record = Topics.INGESTED.record(marker.org(), marker);
        pipe(record.key(), record.value(), record.headers(), logAppendTime);
    }

    /** A submission that can not be read. */
    void submitWithoutType(Event event, Instant logAppendTime) {
        ProducerRecord<byte[], byte[]> record =
                Topics.INGESTED.record(event.org(), new Submission(event, now, UNLIMITED));
        record.headers().remove("ce_type");
        pipe(record.key(), record.value(), record.headers(), logAppendTime);
    }

    void pipe(byte @Nullable [] key, byte @Nullable [] value, Headers headers, Instant logAppendTime) {
        ingested.pipeInput(new TestRecord<>(key, value, headers, logAppendTime));
    }

    /** The submissions are as if decided up to this offset already. */
    void decidedUpTo(long offset, OrgId org, long sequence) {
        var store = driver.<byte[], byte[]>getKeyValueStore(OrgStates.STORE);
        new OrgStates(store).put(org, new OrgState(sequence, offset, now.toEpochMilli(), 0, 0, UNLIMITED));
    }

    List<Accepted> accepted() {
        return accepted.readRecordsToList().stream()
                .map(r -> Topics.ACCEPTED.wire().read(r.headers(), r.value()))
                .toList();
    }

    List<Rejected> rejected() {
        return rejected.readRecordsToList().stream()
                .map(r -> Topics.REJECTED.wire().read(r.headers(), r.value()))
                .toList();
    }

    /** The stamps of markers, each under the key of its org. */
    List<Stamped> stamped() {
        return dispositions.readRecordsToList().stream()
                .map(r -> {
                    Disposition read = Topics.DISPOSITIONS.wire().read(r.headers(), r.value());
                    OrgId key = Topics.ORG_ID.deserializer().deserialize(Topics.DISPOSITIONS.name(), r.key());
                    assertThat(key).isEqualTo(read.org());
                    return (Stamped) read;
                })
                .toList();
    }

    /** What the edges were told, of whichever org. */
    List<Throttle> throttles() {
        return throttled.readRecordsToList().stream()
                .map(r -> Topics.THROTTLED.wire().read(r.headers(), r.value()))
                .toList();
    }

    /** What the edges were told, in order, by org. */
    Map<OrgId, List<Duration>> throttlesByOrg() {
        Map<OrgId, List<Duration>> told = new HashMap<>();
        for (TestRecord<byte[], byte[]> record : throttled.readRecordsToList()) {
            OrgId org = Topics.ORG_ID.deserializer().deserialize(Topics.THROTTLED.name(), record.key());
            told.computeIfAbsent(org, _ -> new ArrayList<>())
                    .add(Topics.THROTTLED
                            .wire()
                            .read(record.headers(), record.value())
                            .remaining());
        }
        return told;
    }

    /** All that was written, byte for byte, topic by topic. */
    List<String> written() {
        return Stream.of(accepted, rejected, throttled, dispositions, deadLetters)
                .flatMap(topic -> topic.readRecordsToList().stream())
                .map(record -> HEX.formatHex(record.key()) + " " + HEX.formatHex(record.value()) + " "
                        + record.getHeaders() + " " + record.timestamp())
                .toList();
    }

    List<TestRecord<byte[], byte[]>> deadLetters() {
        return deadLetters.readRecordsToList();
    }

    static Event event(OrgId org, @Nullable String dedupId, String data) {
        Optional<DedupId> dedup = Optional.ofNullable(dedupId).map(DedupId::new);
        EventId id = dedup.map(d -> EventId.named(org, "/test", d)).orElseGet(() -> EventId.fresh(START));
        return new Event(
                org,
                id,
                id.toString(),
                "/test",
                new EventType("test.happened"),
                Optional.empty(),
                START.atOffset(ZoneOffset.UTC),
                dedup,
                Map.of(),
                Optional.empty(),
                Payload.of(data));
    }

    @Override
    public void close() {
        driver.close();
        try (Stream<Path> files = Files.walk(stateDir)) {
            files.sorted(Comparator.reverseOrder()).forEach(AdmissionRig::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
