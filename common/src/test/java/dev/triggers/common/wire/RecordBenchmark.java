package dev.triggers.common.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triggers.common.event.DedupId;
import dev.triggers.common.event.Event;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.EventType;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Payload;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.limit.Plan;
import dev.triggers.common.limit.Tier;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What it costs to write an event's attributes as headers, and to read them back as a consumer finds them. */
@State(Scope.Thread)
public class RecordBenchmark {

    private static final OrgId ORG = OrgId.parse("0197a2c4-8f00-7000-8000-000000000001");
    private static final Instant NOW = Instant.parse("2026-11-23T08:00:00.123Z");

    private final Submission submission = new Submission(event(), NOW, new Plan(3, Tier.PRO.limit()));
    private final Accepted accepted = new Accepted(event(), new Receipt(3, 1234), 17, NOW, NOW);
    private final ProducerRecord<byte[], byte[]> submitted = Topics.INGESTED.record(ORG, submission);
    private final ProducerRecord<byte[], byte[]> admitted = Topics.ACCEPTED.record(ORG, accepted);

    private final List<Raw> submittedRaw = raw(submitted);
    private final List<Raw> admittedRaw = raw(admitted);

    private static Event event() {
        DedupId dedupId = new DedupId("order-2026-000123");
        EventId id = EventId.named(ORG, "/shop", dedupId);
        return new Event(
                ORG,
                id,
                id.toString(),
                "/shop",
                new EventType("order.created"),
                Optional.of("order-123"),
                OffsetDateTime.parse("2026-11-23T08:00:00.123Z"),
                Optional.of(dedupId),
                Map.of(),
                Optional.of("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
                Payload.of("{\"total\":119.00}"));
    }

    @Benchmark
    public ProducerRecord<byte[], byte[]> writeSubmission() {
        return Topics.INGESTED.record(ORG, submission);
    }

    @Benchmark
    public Object readSubmission() {
        return Topics.INGESTED.read(polled(submitted, submittedRaw));
    }

    @Benchmark
    public ProducerRecord<byte[], byte[]> writeAccepted() {
        return Topics.ACCEPTED.record(ORG, accepted);
    }

    @Benchmark
    public Accepted readAccepted() {
        return Topics.ACCEPTED.read(polled(admitted, admittedRaw));
    }

    /** A header as its bytes stand in a record. */
    private record Raw(ByteBuffer name, ByteBuffer value) {}

    private static List<Raw> raw(ProducerRecord<byte[], byte[]> sent) {
        return Stream.of(sent.headers().toArray())
                .map(header -> new Raw(ByteBuffer.wrap(header.key().getBytes(UTF_8)), ByteBuffer.wrap(header.value())))
                .toList();
    }

    /** Kafka makes names and values of headers of a record's bytes when they are asked for. */
    private static ConsumerRecord<byte[], byte[]> polled(ProducerRecord<byte[], byte[]> sent, List<Raw> raw) {
        RecordHeaders headers = new RecordHeaders();
        for (Raw header : raw) {
            headers.add(new RecordHeader(header.name.duplicate(), header.value.duplicate()));
        }
        return new ConsumerRecord<>(
                sent.topic(),
                3,
                1234,
                NOW.toEpochMilli(),
                TimestampType.LOG_APPEND_TIME,
                sent.key().length,
                sent.value().length,
                sent.key(),
                sent.value(),
                headers,
                Optional.empty());
    }
}
