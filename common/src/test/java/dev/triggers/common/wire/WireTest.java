package dev.triggers.common.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.disposition.Disposition.Acknowledged;
import dev.triggers.common.disposition.Disposition.Order;
import dev.triggers.common.disposition.Disposition.Purged;
import dev.triggers.common.disposition.Disposition.Quarantined;
import dev.triggers.common.disposition.Disposition.Redriven;
import dev.triggers.common.disposition.Disposition.Replayed;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.disposition.Start;
import dev.triggers.common.event.DedupId;
import dev.triggers.common.event.Event;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.EventType;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Payload;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.limit.Plan;
import dev.triggers.common.limit.Tier;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WireTest {

    private static final OrgId ORG = OrgId.parse("0197a2c4-8f00-7000-8000-000000000001");
    private static final Instant NOW = Instant.parse("2026-11-23T08:00:00.123Z");
    private static final Disposition.Stamp STAMP =
            new Disposition.Stamp(3, 17, new Receipt(3, 1234), NOW, NOW.plusMillis(5));

    @Test
    void aSubmissionReadsBackAsItWasWritten() {
        Submission submission = new Submission(event(), NOW, new Plan(3, Tier.PRO.limit()));
        assertThat(read(Topics.INGESTED, submission)).isEqualTo(submission);
    }

    @Test
    void aRedriveNamesWhatItRepeats() {
        Submission submission =
                new Submission(event(), NOW, new Plan(3, Tier.PRO.limit()), Optional.of(new Receipt(3, 1234)));
        assertThat(read(Topics.INGESTED, submission)).isEqualTo(submission);
    }

    @ParameterizedTest
    @MethodSource
    void aDispositionReadsBackAsItWasWritten(Disposition disposition) {
        assertThat(read(Topics.DISPOSITIONS, disposition)).isEqualTo(disposition);
    }

    static List<Disposition> aDispositionReadsBackAsItWasWritten() {
        InboxId inbox = InboxId.defaultOf(ORG);
        Sequences sequences = Sequences.of(1, 2, 7);
        Order order = new Order(new UUID(1, 2), "AbCdEfGh", "from_sequence 1");
        return List.of(
                new Acknowledged(ORG, inbox, sequences, NOW),
                new Quarantined(ORG, inbox, sequences, NOW),
                new Redriven(ORG, inbox, sequences, NOW, order),
                new Replayed(ORG, inbox, sequences, NOW, order),
                new Purged(ORG, inbox, sequences, NOW, order),
                new Disposition.Began(ORG, inbox, Start.NOW, STAMP),
                new Disposition.Began(ORG, inbox, Start.from(12), STAMP),
                new Disposition.Paused(ORG, inbox, STAMP),
                new Disposition.Resumed(ORG, inbox, STAMP));
    }

    @Test
    void anAcceptedEventReadsBackAsItWasWritten() {
        Accepted accepted = new Accepted(event(), new Receipt(3, 1234), 17, NOW, NOW.plusMillis(5));
        assertThat(read(Topics.ACCEPTED, accepted)).isEqualTo(accepted);
    }

    @Test
    void aRejectionReadsBackAsItWasWritten() {
        Rejected rejected = new Rejected(
                ORG,
                new Receipt(3, 1234),
                Outcome.DUPLICATE,
                Optional.of(event()),
                Optional.of(new Receipt(3, 12)),
                "seen",
                NOW,
                NOW);
        assertThat(read(Topics.REJECTED, rejected)).isEqualTo(rejected);
    }

    @Test
    void aRejectionOfWhatCouldNotBeReadHasNoEvent() {
        Rejected rejected = new Rejected(
                ORG, new Receipt(0, 0), Outcome.DEAD, Optional.empty(), Optional.empty(), "ce_type: missing", NOW, NOW);
        assertThat(read(Topics.REJECTED, rejected)).isEqualTo(rejected);
    }

    @Test
    void aThrottleReadsBackAsItWasWrittenAndIsMillisecondsToAnyTool() {
        Throttle throttle = new Throttle(Duration.ofMillis(59_940));
        assertThat(read(Topics.THROTTLED, throttle)).isEqualTo(throttle);
        assertThat(Topics.THROTTLED.record(ORG, throttle).value()).isEqualTo("59940".getBytes(UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-1", "1.5", "99999999999999999999"})
    void aThrottleThatIsNoTimeIsNamed(String value) {
        ProducerRecord<byte[], byte[]> record = Topics.THROTTLED.record(ORG, new Throttle(Duration.ZERO));
        assertThatThrownBy(() -> Topics.THROTTLED.wire().read(record.headers(), value.getBytes(UTF_8)))
                .isInstanceOf(UnreadableRecord.class)
                .hasMessage("value: " + value + " (expected: milliseconds, 0 and up)");
    }

    @Test
    void aMarkerReadsBackAsItWasWrittenAndIsToldFromASubmissionByItsHeader() {
        for (Marker.Kind kind : Marker.Kind.values()) {
            Marker marker = new Marker(ORG, InboxId.defaultOf(ORG), 3, kind, Start.from(12), NOW);
            assertThat(read(Topics.INGESTED, marker)).isEqualTo(marker);
            assertThat(Topics.INGESTED.record(ORG, marker).headers().lastHeader("ce_trgmarker"))
                    .isNotNull();
        }
    }

    @Test
    void dataIsTheValueByteForByte() {
        ProducerRecord<byte[], byte[]> record =
                Topics.ACCEPTED.record(ORG, new Accepted(event(), new Receipt(0, 0), 1, NOW, NOW));
        assertThat(record.value()).isEqualTo(event().data().bytes());
        assertThat(record.key()).isEqualTo(ORG.toString().getBytes(UTF_8));
    }

    /** What subscribers rely on: CloudEvents 1.0, Kafka binding, binary mode. */
    @Test
    void theHeadersAreThoseOfTheCloudEventsKafkaBinding() {
        ProducerRecord<byte[], byte[]> record =
                Topics.ACCEPTED.record(ORG, new Accepted(event(), new Receipt(3, 1234), 17, NOW, NOW));

        assertThat(record.headers())
                .extracting(h -> h.key() + ": " + new String(h.value(), UTF_8))
                .containsExactlyInAnyOrder(
                        "ce_specversion: 1.0",
                        "ce_id: their-id",
                        "ce_source: /shop",
                        "ce_type: order.created",
                        "ce_time: 2026-11-23T10:00:00+02:00",
                        "ce_subject: größe",
                        "content-type: application/json",
                        "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                        "ce_trgeventid: 0197a2c4-8f00-7000-8000-00000000000a",
                        "ce_trgorg: 0197a2c4-8f00-7000-8000-000000000001",
                        "ce_trgdedupid: order-1",
                        "ce_region: eu",
                        "ce_trgreceipt: 3-1234",
                        "ce_trgsequence: 17",
                        "ce_trgreceivedat: 2026-11-23T08:00:00.123Z",
                        "ce_trgdecidedat: 2026-11-23T08:00:00.123Z");
    }

    @Test
    void aMissingHeaderIsNamed() {
        ProducerRecord<byte[], byte[]> record =
                Topics.INGESTED.record(ORG, new Submission(event(), NOW, new Plan(1, Tier.FREE.limit())));
        record.headers().remove("ce_type");

        assertThatThrownBy(() -> Topics.INGESTED.read(consumed(record)))
                .isInstanceOf(UnreadableRecord.class)
                .hasMessage("ce_type: missing (expected: a header)");
    }

    @Test
    void ofSeveralHeadersWithOneNameTheLastCounts() {
        ProducerRecord<byte[], byte[]> record =
                Topics.INGESTED.record(ORG, new Submission(event(), NOW, new Plan(1, Tier.FREE.limit())));
        record.headers().add("ce_type", "order.paid".getBytes(UTF_8)).add("ce_region", "us".getBytes(UTF_8));

        Event read = ((Submission) Topics.INGESTED.read(consumed(record))).event();

        assertThat(read.type()).isEqualTo(new EventType("order.paid"));
        assertThat(read.extensions()).isEqualTo(Map.of("region", "us"));
    }

    @Test
    void aMalformedHeaderIsNamedWithItsRule() {
        ProducerRecord<byte[], byte[]> record =
                Topics.INGESTED.record(ORG, new Submission(event(), NOW, new Plan(1, Tier.FREE.limit())));
        record.headers().remove("ce_trgplan").add("ce_trgplan", "x".getBytes(UTF_8));

        assertThatThrownBy(() -> Topics.INGESTED.read(consumed(record)))
                .isInstanceOf(UnreadableRecord.class)
                .hasMessageContaining("ce_trgplan: x")
                .hasMessageContaining("expected: version;events;burst");
    }

    private static Event event() {
        return new Event(
                ORG,
                EventId.parse("0197a2c4-8f00-7000-8000-00000000000a"),
                "their-id",
                "/shop",
                new EventType("order.created"),
                Optional.of("größe"),
                OffsetDateTime.parse("2026-11-23T10:00:00+02:00"),
                Optional.of(new DedupId("order-1")),
                Map.of("region", "eu"),
                Optional.of("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
                Payload.of("{ \"a\" : 1.0 }"));
    }

    private static <V> V read(Topic<OrgId, V> topic, V value) {
        return topic.read(consumed(topic.record(ORG, value)));
    }

    private static ConsumerRecord<byte[], byte[]> consumed(ProducerRecord<byte[], byte[]> record) {
        ConsumerRecord<byte[], byte[]> consumed = new ConsumerRecord<>(
                record.topic(),
                0,
                0,
                0,
                TimestampType.CREATE_TIME,
                record.key().length,
                record.value().length,
                record.key(),
                record.value(),
                record.headers(),
                Optional.empty());
        for (Header header : record.headers()) {
            assertThat(header.value()).isNotNull();
        }
        return consumed;
    }
}
