package dev.triggers.inbox.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.disposition.Disposition.Acknowledged;
import dev.triggers.common.disposition.Disposition.Quarantined;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.wire.Accepted;
import dev.triggers.common.wire.Outcome;
import dev.triggers.common.wire.Rejected;
import dev.triggers.inbox.Books.Hour;
import dev.triggers.inbox.Events;
import dev.triggers.inbox.IngestedLog.Entry;
import dev.triggers.inbox.IngestedLog.Outcomes;
import dev.triggers.inbox.OutcomeTables;
import dev.triggers.inbox.OutcomeTables.Findings;
import dev.triggers.inbox.OutcomeTables.Offsets;
import dev.triggers.inbox.OutcomeTables.Reached;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealBackendsExtension.class)
class PostgresBooksIT {

    private static final Instant FROM = Events.START.truncatedTo(ChronoUnit.DAYS);
    private static final Instant TO = FROM.plus(Duration.ofDays(1));

    private static InboxRig rig;
    private static OutcomeTables tables;

    private final OrgId org = Events.newOrg();

    @BeforeAll
    static void start(RealBackends real) {
        rig = new InboxRig(real);
        tables = new PostgresBooks(rig.reader, rig.writer);
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @Test
    void eachOutcomeIsCountedInItsHourAndWhatTheInboxDidWithIt() {
        rig.project(List.of(at(1, 0), at(2, 59), at(3, 60), at(4, 61), at(5, 62), at(6, 121)));
        rig.project(List.of(), List.of(rejected(7, Outcome.DUPLICATE, 5), rejected(8, Outcome.DEAD, 65)), List.of());
        InboxId inbox = InboxId.defaultOf(org);
        rig.project(
                List.of(),
                List.of(),
                List.of(
                        new Acknowledged(org, inbox, Sequences.of(1, 4), FROM),
                        new Quarantined(org, inbox, Sequences.of(3), FROM)));

        assertThat(hours())
                .containsExactly(
                        hour(0, Map.of(Outcome.ACCEPTED, 2L, Outcome.DUPLICATE, 1L), 0, 1, 0, 1, 0),
                        hour(1, Map.of(Outcome.ACCEPTED, 3L, Outcome.DEAD, 1L), 0, 1, 1, 1, 0),
                        hour(2, Map.of(Outcome.ACCEPTED, 1L), 0, 0, 0, 1, 0));
        assertThat(hours().get(1).ingested()).isEqualTo(4);
    }

    @Test
    void whatWasDroppedWithItsDayExpiredUnlessItWasAcknowledged() throws Exception {
        rig.project(LongStream.rangeClosed(1, 10).mapToObj(n -> at(n, (int) n)).toList());
        InboxId inbox = InboxId.defaultOf(org);
        rig.project(
                List.of(),
                List.of(),
                List.of(
                        new Acknowledged(org, inbox, Sequences.of(2, 3, 8), FROM),
                        new Quarantined(org, inbox, Sequences.of(4, 9), FROM)));
        try (var connection = rig.writer.getConnection();
                var drop = connection.prepareStatement("delete from inbox.event where org = ? and sequence <= 5")) {
            drop.setObject(1, org.value());
            drop.executeUpdate();
        }

        assertThat(hours()).containsExactly(hour(0, Map.of(Outcome.ACCEPTED, 10L), 0, 3, 1, 3, 3));
    }

    @Test
    void aSubmissionIsPendingUntilItHasAnOutcome() {
        rig.project(List.of(at(1, 0)));
        rig.project(List.of(), List.of(rejected(2, Outcome.CONFLICT, 0)), List.of());
        List<Entry> submissions = LongStream.rangeClosed(1, 4)
                .mapToObj(offset -> new Entry(offset, Optional.of(org), minute(60), false))
                .toList();

        List<Hour> hours = tables.hours(org, FROM, TO, 0, submissions);

        assertThat(hours.get(1)).isEqualTo(hour(1, Map.of(), 2, 0, 0, 0, 0));
        assertThat(hours).hasSize(2);
    }

    @Test
    void nobodySeesAnotherOrgsBooks() {
        rig.project(List.of(at(1, 0)));

        assertThat(tables.hours(Events.newOrg(), FROM, TO, 0, List.of())).isEmpty();
    }

    @Test
    void theBooksAreThoseOfAPlainAccountWhateverHappens() {
        Random random = new Random(7);
        InboxId inbox = InboxId.defaultOf(org);
        Map<Long, String> account = new TreeMap<>();
        Map<Long, Integer> hourOf = new TreeMap<>();
        int minute = 0;
        for (int step = 0; step < 150; step++) {
            switch (random.nextInt(3)) {
                case 0 -> {
                    List<Accepted> events = new ArrayList<>();
                    for (int n = random.nextInt(5); n >= 0; n--) {
                        minute += random.nextInt(9);
                        long sequence = account.size() + 1L;
                        events.add(at(sequence, minute));
                        account.put(sequence, "open");
                        hourOf.put(sequence, minute / 60);
                    }
                    rig.project(events);
                }
                case 1 -> settle(account, random, "acked", some -> new Acknowledged(org, inbox, some, FROM));
                default -> settle(account, random, "quarantined", some -> new Quarantined(org, inbox, some, FROM));
            }
        }

        for (Hour hour : hours()) {
            int number = (int) Duration.between(FROM.plus(Duration.ofHours(8)), hour.start())
                    .toHours();
            Map<String, Long> expected = new TreeMap<>();
            hourOf.forEach((sequence, in) -> {
                if (in == number) {
                    expected.merge(account.getOrDefault(sequence, ""), 1L, Long::sum);
                }
            });
            assertThat(hour.acked()).isEqualTo(expected.getOrDefault("acked", 0L));
            assertThat(hour.quarantined()).isEqualTo(expected.getOrDefault("quarantined", 0L));
            assertThat(hour.unacknowledged()).isEqualTo(expected.getOrDefault("open", 0L));
            assertThat(hour.expired()).isZero();
        }
        assertThat(hours().stream().mapToLong(Hour::ingested).sum()).isEqualTo(account.size());
    }

    private static void settle(
            Map<Long, String> account, Random random, String as, Function<Sequences, Disposition> disposition) {
        if (account.isEmpty()) {
            return;
        }
        long[] some = random.longs(1L + random.nextInt(4), 1, account.size() + 1L)
                .filter(sequence -> as.equals("acked") || "open".equals(account.get(sequence)))
                .toArray();
        for (long sequence : some) {
            account.put(sequence, as);
        }
        if (some.length > 0) {
            rig.project(List.of(), List.of(), List.of(disposition.apply(Sequences.of(some))));
        }
    }

    @Test
    void offsetsWithoutAnOutcomeAndWithSeveralAreNamed() {
        int partition = 77;
        rig.project(List.of(in(partition, 1, 10), in(partition, 2, 11), in(partition, 3, 15)));
        rig.project(
                List.of(),
                List.of(rejectedIn(partition, 12, Outcome.DUPLICATE), rejectedIn(partition, 15, Outcome.DUPLICATE)),
                List.of());

        Findings findings = tables.findings(partition, 9, 18);

        assertThat(findings.without()).containsExactly(new Offsets(9, 9), new Offsets(13, 14), new Offsets(16, 17));
        assertThat(findings.several()).containsExactly(new Offsets(15, 15));
        assertThat(findings.complete()).isTrue();
        assertThat(tables.findings(partition, 100, 200).without()).containsExactly(new Offsets(100, 199));
        assertThat(tables.findings(partition, 10, 13).without()).isEmpty();
        assertThat(tables.progress(partition).through()).isEqualTo(15);
        assertThat(tables.progress(partition).of(Outcomes.REJECTED)).isEqualTo(new Reached(0, 15));
        assertThat(tables.progress(78).through()).isEqualTo(-1);
    }

    private List<Hour> hours() {
        return tables.hours(org, FROM, TO, 0, List.of());
    }

    private static Hour hour(
            int hour,
            Map<Outcome, Long> outcomes,
            long pending,
            long acked,
            long quarantined,
            long unacknowledged,
            long expired) {
        return new Hour(minute(hour * 60), outcomes, pending, acked, quarantined, unacknowledged, expired);
    }

    private static Instant minute(int minute) {
        return Events.START.plus(Duration.ofMinutes(minute));
    }

    private Accepted at(long sequence, int minute) {
        return Events.accepted(org, sequence, "{}", "a", minute(minute));
    }

    private Accepted in(int partition, long sequence, long offset) {
        Accepted accepted = at(sequence, 0);
        return new Accepted(
                accepted.event(),
                new Receipt(partition, offset),
                sequence,
                accepted.receivedAt(),
                accepted.decidedAt());
    }

    private Rejected rejected(long offset, Outcome outcome, int minute) {
        return new Rejected(
                org,
                new Receipt(0, offset),
                outcome,
                Optional.empty(),
                Optional.empty(),
                "test",
                minute(minute),
                minute(minute));
    }

    private Rejected rejectedIn(int partition, long offset, Outcome outcome) {
        Rejected rejected = rejected(offset, outcome, 0);
        return new Rejected(
                org,
                new Receipt(partition, offset),
                outcome,
                Optional.empty(),
                Optional.empty(),
                "test",
                rejected.receivedAt(),
                rejected.decidedAt());
    }
}
