package dev.triggers.processor.topology;

import static dev.triggers.processor.topology.AdmissionRig.ORG;
import static dev.triggers.processor.topology.AdmissionRig.OTHER;
import static dev.triggers.processor.topology.AdmissionRig.event;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.common.disposition.Disposition.Began;
import dev.triggers.common.disposition.Disposition.Paused;
import dev.triggers.common.disposition.Disposition.Resumed;
import dev.triggers.common.disposition.Disposition.Stamp;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Start;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.limit.Plan;
import dev.triggers.common.limit.RateLimit.PerMinute;
import dev.triggers.common.wire.Accepted;
import dev.triggers.common.wire.Marker;
import dev.triggers.common.wire.Marker.Kind;
import dev.triggers.common.wire.Outcome;
import dev.triggers.common.wire.Rejected;
import dev.triggers.common.wire.Topics;
import java.time.Duration;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MarkersTest {

    private static final InboxId INBOX = new InboxId(UUID.fromString("0197a2c4-8f00-7000-8000-0000000000aa"));

    private final AdmissionRig rig = new AdmissionRig();

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void aMarkerIsStampedWithTheSequenceThatTheOrgHasWhereItStands() {
        rig.mark(marker(ORG, 1, Kind.BEGAN));
        rig.submit(event(ORG, null, "{}"));
        rig.submit(event(OTHER, null, "{}"));
        rig.submit(event(ORG, null, "{}"));
        rig.mark(marker(ORG, 2, Kind.PAUSED));
        rig.submit(event(ORG, null, "{}"));
        rig.mark(marker(ORG, 3, Kind.RESUMED));

        assertThat(rig.stamped())
                .containsExactly(
                        new Began(ORG, INBOX, Start.NOW, stamp(1, 0, 0)),
                        new Paused(ORG, INBOX, stamp(2, 2, 4)),
                        new Resumed(ORG, INBOX, stamp(3, 3, 6)));
    }

    @Test
    void aMarkerTakesNoSequenceAndNoToken() {
        Plan two = new Plan(1, new PerMinute(1, 1));
        AdmissionPolicy noDebt = new AdmissionPolicy(Duration.ofHours(24), 0, 1_000_000);
        try (AdmissionRig strict = new AdmissionRig(noDebt)) {
            strict.mark(marker(ORG, 1, Kind.BEGAN));
            strict.mark(marker(ORG, 2, Kind.PAUSED));
            strict.submit(event(ORG, null, "{}"), two);
            strict.mark(marker(ORG, 3, Kind.RESUMED));
            strict.submit(event(ORG, null, "{}"), two);

            assertThat(strict.accepted()).extracting(Accepted::sequence).containsExactly(1L);
            assertThat(strict.rejected()).extracting(Rejected::outcome).containsExactly(Outcome.THROTTLED);
        }
    }

    @Test
    void aMarkerThatIsReadAgainIsStampedOnce() {
        rig.decidedUpTo(0, ORG, 5);
        rig.mark(marker(ORG, 1, Kind.BEGAN));
        rig.mark(marker(ORG, 1, Kind.BEGAN));

        assertThat(rig.stamped()).containsExactly(new Began(ORG, INBOX, Start.NOW, stamp(1, 5, 1)));
        assertThat(rig.tally).containsExactly("skipped", "stamped");
    }

    @Test
    void theStartThatWasAskedForIsToldWithTheStamp() {
        rig.submit(event(ORG, null, "{}"));
        rig.mark(new Marker(ORG, INBOX, 1, Kind.BEGAN, Start.EARLIEST, rig.now()));
        rig.mark(new Marker(ORG, INBOX, 1, Kind.BEGAN, Start.from(7), rig.now()));
        rig.mark(new Marker(ORG, INBOX, 1, Kind.BEGAN, Start.NOW, rig.now()));

        assertThat(rig.stamped())
                .extracting(stamped -> ((Began) stamped).first())
                .containsExactly(1L, 7L, 2L);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ended | {"inbox":"0197a2c4-8f00-7000-8000-0000000000aa","number":"1","start":"now"} | ce_trgmarker: ended
            began | {"number":"1","start":"now"}                                                | inbox: missing
            began | {"inbox":"0197a2c4-8f00-7000-8000-0000000000aa","number":"0","start":"now"} | number: 0
            began | {"inbox":"0197a2c4-8f00-7000-8000-0000000000aa","number":"1","start":"-1"}  | start: -1
            began | nothing                                                                     | value:""")
    void aMarkerThatCanNotBeReadIsDead(String kind, String value, String reason) {
        ProducerRecord<byte[], byte[]> record = Topics.INGESTED.record(ORG, marker(ORG, 1, Kind.BEGAN));
        record.headers().remove("ce_trgmarker").add("ce_trgmarker", kind.getBytes(UTF_8));
        rig.pipe(record.key(), value.getBytes(UTF_8), record.headers(), rig.now());

        assertThat(rig.stamped()).isEmpty();
        assertThat(rig.rejected()).singleElement().satisfies(rejected -> {
            assertThat(rejected.outcome()).isEqualTo(Outcome.DEAD);
            assertThat(rejected.reason()).startsWith(reason);
        });
        assertThat(rig.deadLetters()).hasSize(1);
        assertThat(rig.tally).containsExactly("dead");
    }

    @Test
    void aMarkerOfAnotherOrgThanItsKeyIsDead() {
        ProducerRecord<byte[], byte[]> record = Topics.INGESTED.record(OTHER, marker(ORG, 1, Kind.BEGAN));
        rig.pipe(record.key(), record.value(), record.headers(), rig.now());

        assertThat(rig.stamped()).isEmpty();
        assertThat(rig.tally).containsExactly("dead");
    }

    private Marker marker(OrgId org, int number, Kind kind) {
        return new Marker(org, INBOX, number, kind, Start.NOW, rig.now());
    }

    private Stamp stamp(int number, long sequence, long offset) {
        return new Stamp(number, sequence, new Receipt(0, offset), rig.now(), rig.now());
    }
}
