package dev.triggers.processor.topology;

import static dev.triggers.processor.topology.AdmissionRig.ORG;
import static dev.triggers.processor.topology.AdmissionRig.OTHER;
import static dev.triggers.processor.topology.AdmissionRig.UNLIMITED;
import static dev.triggers.processor.topology.AdmissionRig.event;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Start;
import dev.triggers.common.event.Event;
import dev.triggers.common.event.Payload;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.limit.Plan;
import dev.triggers.common.limit.RateLimit;
import dev.triggers.common.limit.RateLimit.PerMinute;
import dev.triggers.common.wire.Accepted;
import dev.triggers.common.wire.Marker;
import dev.triggers.common.wire.Outcome;
import dev.triggers.common.wire.Rejected;
import dev.triggers.common.wire.Submission;
import dev.triggers.common.wire.Throttle;
import dev.triggers.common.wire.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionTest {

    private static final Plan TEN = new Plan(1, new PerMinute(10, 10));

    private AdmissionRig rig = new AdmissionRig();

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void eachOrgCountsItsOwnEventsFromOne() {
        rig.submit(event(ORG, null, "{}"));
        rig.submit(event(OTHER, null, "{}"));
        rig.submit(event(ORG, null, "{}"));

        assertThat(rig.accepted())
                .extracting(a -> a.event().org(), Accepted::sequence)
                .containsExactly(tuple(ORG, 1L), tuple(OTHER, 1L), tuple(ORG, 2L));
    }

    @Test
    void anAcceptedEventIsTheSubmittedOneWithItsReceipt() {
        Event event = event(ORG, "a", "{\"n\": 1.00}");
        rig.submit(event);

        Accepted accepted = rig.accepted().getFirst();
        assertThat(accepted.event()).isEqualTo(event);
        assertThat(accepted.receipt()).isEqualTo(new Receipt(0, 0));
        assertThat(accepted.decidedAt()).isEqualTo(rig.now());
    }

    @Test
    void theSameDedupIdAgainIsADuplicateOfTheFirst() {
        rig.submit(event(ORG, "a", "{}"));
        rig.submit(event(ORG, "b", "{}"));
        rig.submit(event(ORG, "a", "{}"));

        assertThat(rig.accepted()).hasSize(2);
        Rejected duplicate = rig.rejected().getFirst();
        assertThat(duplicate.outcome()).isEqualTo(Outcome.DUPLICATE);
        assertThat(duplicate.receipt()).isEqualTo(new Receipt(0, 2));
        assertThat(duplicate.original()).contains(new Receipt(0, 0));
        assertThat(duplicate.event().orElseThrow().data()).isEqualTo(Payload.NONE);
    }

    @Test
    void theSameDedupIdWithOtherDataIsAConflict() {
        rig.submit(event(ORG, "a", "{\"n\":1}"));
        rig.submit(event(ORG, "a", "{\"n\":2}"));

        assertThat(rig.rejected()).extracting(Rejected::outcome).containsExactly(Outcome.CONFLICT);
    }

    @Test
    void theSameDedupIdInAnotherOrgIsAnotherEvent() {
        rig.submit(event(ORG, "a", "{}"));
        rig.submit(event(OTHER, "a", "{}"));

        assertThat(rig.accepted()).hasSize(2);
    }

    @Test
    void anEventWithoutDedupIdIsNeverADuplicate() {
        Event event = event(ORG, null, "{}");
        rig.submit(event);
        rig.submit(event);

        assertThat(rig.accepted()).extracting(Accepted::sequence).containsExactly(1L, 2L);
    }

    @Test
    void anIdIsRememberedForTheWindowAndNotLonger() {
        rig.submit(event(ORG, "a", "{}"));
        rig.later(Duration.ofHours(24).minusMillis(1)).submit(event(ORG, "a", "{}"));
        rig.later(Duration.ofMillis(1)).submit(event(ORG, "a", "{}"));

        assertThat(rig.accepted()).extracting(Accepted::sequence).containsExactly(1L, 2L);
        assertThat(rig.rejected()).extracting(Rejected::outcome).containsExactly(Outcome.DUPLICATE);
    }

    @Test
    void anIdIsFoundAtWhateverTimeWithinTheWindowItComesAgain() {
        for (int hour = 0; hour < 24; hour++) {
            rig.submit(event(ORG, "at-" + hour, "{}"));
            rig.later(Duration.ofHours(1));
        }
        // 24 h after the first, 1 h after the last
        for (int hour = 1; hour < 24; hour++) {
            rig.submit(event(ORG, "at-" + hour, "{}"));
        }
        assertThat(rig.accepted()).hasSize(24);
        assertThat(rig.rejected()).hasSize(23).extracting(Rejected::outcome).containsOnly(Outcome.DUPLICATE);
    }

    @Test
    void theBudgetGoesIntoDebtBeforeAnythingIsThrottled() {
        int burstAndDebt = 10 + 10 * 10;
        for (int i = 0; i < burstAndDebt + 1; i++) {
            rig.submit(event(ORG, "e" + i, "{}"), TEN);
        }
        assertThat(rig.accepted()).hasSize(burstAndDebt);
        assertThat(rig.rejected()).extracting(Rejected::outcome).containsExactly(Outcome.THROTTLED);
    }

    @Test
    void edgesAreToldOfADebtAndNotOfAnEmptyBudget() {
        for (int i = 0; i < 10; i++) {
            rig.submit(event(ORG, null, "{}"), TEN);
        }
        assertThat(rig.throttles()).isEmpty();

        rig.submit(event(ORG, null, "{}"), TEN);

        // one token owed and one to come, at one in 6 s
        assertThat(rig.throttles()).containsExactly(new Throttle(Duration.ofSeconds(12)));
    }

    @Test
    void edgesAreToldAgainAsDebtGrowsAndNeverToWaitLongerThanARefill() {
        for (int i = 0; i < 111; i++) {
            rig.submit(event(ORG, null, "{}"), TEN);
        }

        assertThat(rig.throttles())
                .extracting(throttle -> throttle.remaining().toSeconds())
                .containsExactly(12L, 18L, 24L, 30L, 36L, 42L, 48L, 54L, 60L);
    }

    @Test
    void edgesAreNotToldForEveryEventOfADeepDebt() {
        Plan fast = new Plan(1, new PerMinute(300, 300));
        for (int i = 0; i < 900; i++) {
            rig.submit(event(ORG, null, "{}"), fast);
        }
        assertThat(rig.throttles())
                .hasSizeLessThanOrEqualTo(33)
                .last()
                .satisfies(throttle ->
                        assertThat(throttle.remaining()).isBetween(Duration.ofSeconds(58), Duration.ofSeconds(60)));

        // a minute later three hundred of the six hundred are still owed
        rig.later(Duration.ofMinutes(1)).submit(event(ORG, null, "{}"), fast);

        assertThat(rig.throttles()).extracting(Throttle::remaining).containsExactly(Duration.ofMinutes(1));
        assertThat(rig.told).isBetween(20, 34);
    }

    @Test
    void whatIsThrottledTellsTheEdgesToo() {
        rig.close();
        rig = new AdmissionRig(new AdmissionPolicy(Duration.ofHours(24), 1, 1_000_000));
        for (int i = 0; i < 20; i++) {
            rig.submit(event(ORG, null, "{}"), TEN);
        }
        rig.throttles();
        rig.later(Duration.ofSeconds(5)).submit(event(ORG, null, "{}"), TEN);

        assertThat(rig.rejected()).extracting(Rejected::outcome).containsExactly(Outcome.THROTTLED);
        assertThat(rig.throttles()).containsExactly(new Throttle(Duration.ofMinutes(1)));
    }

    @Test
    void anOrgWithoutALimitIsNeverHeldBack() {
        for (int i = 0; i < 100; i++) {
            rig.submit(event(ORG, null, "{}"));
        }
        assertThat(rig.throttles()).isEmpty();
    }

    @Test
    void anOrgMadeSmallerOwesNoMoreThanItsNewLimitAllows() {
        Plan large = new Plan(1, new PerMinute(100, 100));
        for (int i = 0; i < 500; i++) {
            rig.submit(event(ORG, null, "{}"), large);
        }
        rig.accepted();
        Plan small = new Plan(2, new PerMinute(10, 10));
        rig.submit(event(ORG, null, "{}"), small);
        rig.later(Duration.ofSeconds(6)).submit(event(ORG, null, "{}"), small);

        assertThat(rig.rejected()).extracting(Rejected::outcome).containsExactly(Outcome.THROTTLED);
        assertThat(rig.accepted()).hasSize(1);
    }

    @Test
    void aThrottledEventMayBeSentAgain() {
        rig.close();
        rig = new AdmissionRig(new AdmissionPolicy(Duration.ofHours(24), 0, 1_000_000));
        for (int i = 0; i < 11; i++) {
            rig.submit(event(ORG, "e" + i, "{}"), TEN);
        }
        assertThat(rig.rejected()).extracting(Rejected::outcome).containsExactly(Outcome.THROTTLED);

        rig.later(Duration.ofSeconds(6)).submit(event(ORG, "e10", "{}"), TEN);

        assertThat(rig.accepted()).extracting(Accepted::sequence).endsWith(11L).hasSize(11);
    }

    @Test
    void aThrottledEventIsRedrivenOnceWithoutADedupIdToo() {
        Event event = event(ORG, null, "{}");
        rig.submit(event(ORG, null, "{}"));
        rig.redrive(event, 0);
        rig.redrive(event, 0);

        assertThat(rig.accepted()).extracting(a -> a.event().id()).element(1).isEqualTo(event.id());
        assertThat(rig.rejected()).singleElement().satisfies(second -> {
            assertThat(second.outcome()).isEqualTo(Outcome.DUPLICATE);
            assertThat(second.original()).contains(new Receipt(0, 1));
        });
    }

    @Test
    void aRedriveOfWhatItsProducerSentAgainIsADuplicate() {
        Event event = event(ORG, "a", "{}");
        rig.submit(event);
        rig.redrive(event, 0);

        assertThat(rig.accepted()).hasSize(1);
        assertThat(rig.rejected()).extracting(Rejected::outcome).containsExactly(Outcome.DUPLICATE);
    }

    @Test
    void aRedriveCostsABudgetLikeAnythingElse() {
        Plan plan = new Plan(1, new PerMinute(1, 1));
        Event event = event(ORG, null, "{}");
        for (int i = 0; i < 20; i++) {
            rig.submit(event(ORG, null, "{}"), plan);
        }
        rig.submit(new Submission(event, rig.now(), plan, Optional.of(new Receipt(0, 0))), rig.now());

        assertThat(rig.rejected().getLast().outcome()).isEqualTo(Outcome.THROTTLED);
    }

    @Test
    void aRedriveOfWhatIsNotEarlierCanNotBeRead() {
        rig.redrive(event(ORG, null, "{}"), 0);

        assertThat(rig.rejected()).extracting(Rejected::outcome).containsExactly(Outcome.DEAD);
    }

    @Test
    void aThrottledEventKeepsItsDataForARedrive() {
        rig.close();
        rig = new AdmissionRig(new AdmissionPolicy(Duration.ofHours(24), 0, 1_000_000));
        Plan one = new Plan(1, new PerMinute(1, 1));
        rig.submit(event(ORG, null, "{\"n\":1}"), one);
        rig.submit(event(ORG, null, "{\"n\":2}"), one);

        assertThat(rig.rejected().getFirst().event().orElseThrow().data()).isEqualTo(Payload.of("{\"n\":2}"));
    }

    @Test
    void duplicatesCostNothing() {
        rig.close();
        rig = new AdmissionRig(new AdmissionPolicy(Duration.ofHours(24), 0, 1_000_000));
        Plan two = new Plan(1, new PerMinute(2, 2));
        for (int i = 0; i < 50; i++) {
            rig.submit(event(ORG, "same", "{}"), two);
        }
        rig.submit(event(ORG, "other", "{}"), two);

        assertThat(rig.accepted()).hasSize(2);
    }

    @Test
    void oneOrgAtItsLimitDoesNotTouchAnother() {
        rig.close();
        rig = new AdmissionRig(new AdmissionPolicy(Duration.ofHours(24), 0, 1_000_000));
        for (int i = 0; i < 100; i++) {
            rig.submit(event(ORG, null, "{}"), TEN);
        }
        rig.submit(event(OTHER, null, "{}"), TEN);

        assertThat(rig.accepted()).extracting(a -> a.event().org()).contains(OTHER);
    }

    @Test
    void theNewestPlanCountsWhoeverStampsAnOlderOne() {
        rig.close();
        rig = new AdmissionRig(new AdmissionPolicy(Duration.ofHours(24), 0, 1_000_000));
        rig.submit(event(ORG, null, "{}"), new Plan(2, RateLimit.UNLIMITED));
        for (int i = 0; i < 50; i++) {
            rig.submit(event(ORG, null, "{}"), TEN);
        }
        assertThat(rig.accepted()).hasSize(51);

        rig.submit(event(ORG, null, "{}"), new Plan(3, new PerMinute(1, 1)));
        rig.submit(event(ORG, null, "{}"), new Plan(2, RateLimit.UNLIMITED));

        assertThat(rig.accepted()).hasSize(1);
        assertThat(rig.rejected()).extracting(Rejected::outcome).containsExactly(Outcome.THROTTLED);
    }

    @Test
    void aSubmissionThatIsReadAgainIsDecidedOnce() {
        rig.decidedUpTo(0, ORG, 5);
        rig.submit(event(ORG, null, "{}"));
        rig.submit(event(ORG, null, "{}"));

        assertThat(rig.accepted()).extracting(Accepted::sequence).containsExactly(6L);
        assertThat(rig.rejected()).isEmpty();
        assertThat(rig.tally).containsExactly("skipped", "accepted");
    }

    @Test
    void aBrokerClockThatJumpsForwardDoesNotEmptyTheWindow() {
        rig.submit(event(ORG, "a", "{}"));
        rig.submit(event(ORG, "b", "{}"), UNLIMITED, rig.now(), rig.now().plus(Duration.ofHours(48)));
        rig.submit(event(ORG, "a", "{}"));

        assertThat(rig.rejected()).extracting(Rejected::outcome).containsExactly(Outcome.DUPLICATE);
    }

    @Test
    void aBrokerClockThatJumpsForwardDoesNotFillTheBucket() {
        rig.close();
        rig = new AdmissionRig(new AdmissionPolicy(Duration.ofHours(24), 0, 1_000_000));
        Plan slow = new Plan(1, new PerMinute(1, 100));
        for (int i = 0; i < 100; i++) {
            rig.submit(event(ORG, null, "{}"), slow);
        }
        Instant jumped = rig.now().plus(Duration.ofHours(48));
        for (int i = 0; i < 10; i++) {
            rig.submit(event(ORG, null, "{}"), slow, rig.now(), jumped);
        }
        // the five minutes that are trusted, at one a minute
        assertThat(rig.accepted()).hasSize(105);
    }

    @Test
    void aBrokerClockThatJumpsBackTakesNothingBack() {
        rig.submit(event(ORG, "a", "{}"));
        rig.submit(event(ORG, "b", "{}"), UNLIMITED, rig.now(), rig.now().minus(Duration.ofHours(48)));
        rig.submit(event(ORG, "b", "{}"));

        List<Accepted> accepted = rig.accepted();
        assertThat(accepted).hasSize(2);
        assertThat(accepted.get(1).decidedAt()).isEqualTo(accepted.get(0).decidedAt());
        assertThat(rig.rejected()).extracting(Rejected::outcome).containsExactly(Outcome.DUPLICATE);
    }

    @Test
    void anIngestInstanceWhoseClockIsBehindRemembersAllTheSame() {
        rig.submit(event(OTHER, "x", "{}"));
        Instant behind = rig.now().minus(Duration.ofDays(3));
        rig.submit(event(ORG, "a", "{}"), UNLIMITED, behind, rig.now());
        rig.submit(event(ORG, "a", "{}"), UNLIMITED, behind, rig.now());

        assertThat(rig.rejected()).extracting(Rejected::outcome).containsExactly(Outcome.DUPLICATE);
    }

    @Test
    void whatCanNotBeReadIsDeadAndKeptWhole() {
        ProducerRecord<byte[], byte[]> record =
                Topics.INGESTED.record(ORG, new Submission(event(ORG, "a", "{}"), rig.now(), UNLIMITED));
        record.headers().remove("ce_type");
        rig.pipe(record.key(), record.value(), record.headers(), rig.now());
        rig.submit(event(ORG, "a", "{}"));

        Rejected dead = rig.rejected().getFirst();
        assertThat(dead.outcome()).isEqualTo(Outcome.DEAD);
        assertThat(dead.receipt()).isEqualTo(new Receipt(0, 0));
        assertThat(dead.reason()).isEqualTo("ce_type: missing (expected: a header)");
        assertThat(rig.deadLetters()).singleElement().satisfies(letter -> {
            assertThat(letter.value()).isEqualTo("{}".getBytes(UTF_8));
            assertThat(letter.headers().lastHeader("ce_source")).isNotNull();
            assertThat(letter.headers().lastHeader("ce_trgorigin").value())
                    .isEqualTo("triggers.ingested-0@0".getBytes(UTF_8));
        });
        assertThat(rig.accepted()).extracting(Accepted::sequence).containsExactly(1L);
    }

    @Test
    void aRecordWithoutAReadableKeyIsADeadLetterOnce() {
        rig.pipe("nobody".getBytes(UTF_8), "{}".getBytes(UTF_8), new RecordHeaders(), rig.now());
        rig.pipe(null, "{}".getBytes(UTF_8), new RecordHeaders(), rig.now());

        assertThat(rig.deadLetters()).hasSize(2);
        assertThat(rig.rejected()).isEmpty();
        assertThat(rig.tally).containsExactly("dead", "dead");
    }

    @Test
    void aNullValueIsDead() {
        ProducerRecord<byte[], byte[]> record =
                Topics.INGESTED.record(ORG, new Submission(event(ORG, "a", "{}"), rig.now(), UNLIMITED));
        rig.pipe(record.key(), null, record.headers(), rig.now());

        assertThat(rig.rejected()).extracting(Rejected::outcome).containsExactly(Outcome.DEAD);
        assertThat(rig.deadLetters()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "nonsense", "{", "{\"a\":}", "{} {}", "{}x", "[]", "1", "null", "\"{}\"", "{\"a\":NaN}"
            })
    void bytesThatAreNoJsonObjectAreDeadAndRememberedByNobody(String data) {
        rig.submit(event(ORG, "a", data));
        rig.submit(event(ORG, "a", "{}"));

        assertThat(rig.rejected())
                .extracting(Rejected::outcome, r -> r.reason().startsWith("value: "))
                .containsExactly(tuple(Outcome.DEAD, true));
        assertThat(rig.deadLetters())
                .singleElement()
                .satisfies(letter -> assertThat(letter.value()).isEqualTo(data.getBytes(UTF_8)));
        assertThat(rig.accepted()).extracting(Accepted::sequence).containsExactly(1L);
    }

    @Test
    void bytesThatAreNoTextAreDead() {
        ProducerRecord<byte[], byte[]> record =
                Topics.INGESTED.record(ORG, new Submission(event(ORG, "a", "{}"), rig.now(), UNLIMITED));
        rig.pipe(record.key(), new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'}, record.headers(), rig.now());

        assertThat(rig.rejected()).extracting(Rejected::outcome).containsExactly(Outcome.DEAD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ce_type", "ce_source", "ce_trgeventid", "ce_trgorg", "ce_trgreceivedat", "ce_trgplan"})
    void aRecordWithoutAHeaderThatItNeedsIsDeadAndTheHeaderIsNamed(String header) {
        ProducerRecord<byte[], byte[]> record =
                Topics.INGESTED.record(ORG, new Submission(event(ORG, "a", "{}"), rig.now(), UNLIMITED));
        record.headers().remove(header);
        rig.pipe(record.key(), record.value(), record.headers(), rig.now());

        assertThat(rig.rejected())
                .extracting(Rejected::outcome, Rejected::reason)
                .containsExactly(tuple(Outcome.DEAD, header + ": missing (expected: a header)"));
        assertThat(rig.deadLetters()).hasSize(1);
    }

    @Test
    void aKeyOfAnotherOrgThanTheHeadersIsDead() {
        ProducerRecord<byte[], byte[]> record =
                Topics.INGESTED.record(OTHER, new Submission(event(ORG, "a", "{}"), rig.now(), UNLIMITED));
        rig.pipe(record.key(), record.value(), record.headers(), rig.now());

        assertThat(rig.rejected()).extracting(Rejected::org).containsExactly(OTHER);
        assertThat(rig.accepted()).isEmpty();
    }

    @Test
    void anOutcomeTooLargeToWriteIsDeadAndTouchesNothing() {
        rig.close();
        rig = new AdmissionRig(new AdmissionPolicy(Duration.ofHours(24), 10, 2_000));
        rig.submit(event(ORG, "a", "{\"long\":\"" + "x".repeat(3_000) + "\"}"));
        rig.submit(event(ORG, "a", "{}"));

        assertThat(rig.rejected()).extracting(Rejected::outcome).containsExactly(Outcome.DEAD);
        assertThat(rig.accepted()).extracting(Accepted::sequence).containsExactly(1L);
    }

    @Test
    void everySubmissionIsCountedOnce() {
        rig.submit(event(ORG, "a", "{}"));
        rig.submit(event(ORG, "a", "{}"));
        rig.submit(event(ORG, "a", "{\"n\":1}"));
        rig.mark(new Marker(ORG, InboxId.defaultOf(ORG), 1, Marker.Kind.BEGAN, Start.NOW, rig.now()));
        rig.pipe(null, null, new RecordHeaders(), rig.now());

        assertThat(rig.tally).containsExactly("accepted", "duplicate", "conflict", "stamped", "dead");
    }
}
