package dev.triggers.inbox.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.disposition.Disposition.Acknowledged;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.wire.Accepted;
import dev.triggers.common.wire.DeadLetter;
import dev.triggers.inbox.Events;
import dev.triggers.inbox.FakeInbox;
import dev.triggers.inbox.PageRequest;
import dev.triggers.inbox.PageRequest.Filter;
import dev.triggers.inbox.projection.Batch;
import dev.triggers.inbox.projection.Batch.Span;
import dev.triggers.inbox.projection.Placeholder;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealBackendsExtension.class)
class PostgresProjectionIT {

    private static final String EVENTS = "select org, sequence, event_id, type, source, subject, time, accepted_at,"
            + " receipt_partition, receipt_offset, extensions, convert_from(data, 'UTF8')"
            + " from inbox.event order by org, sequence";
    private static final String REJECTIONS = "select receipt_partition, receipt_offset, org, outcome, event_id,"
            + " original_offset, reason from inbox.rejection order by 1, 2";
    private static final String INBOXES = "select id, org, key, frontier from inbox.inbox order by id";
    private static final String OPEN =
            "select inbox, range_agg(r)::text from inbox.delivery, unnest(open) r group by inbox order by inbox";
    private static final String HEADS = "select org, sequence from inbox.head order by org";

    private final RealBackends real;
    private final OrgId org = Events.newOrg();
    private InboxRig rig;

    PostgresProjectionIT(RealBackends real) {
        this.real = real;
        this.rig = new InboxRig(real);
    }

    @BeforeEach
    void nothingIsThere() throws SQLException {
        assertThat(InboxRig.rows(rig.writer, EVENTS)).isEmpty();
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void aBatchIsLaidDownOnceThoughTwoProjectorsTry() throws SQLException {
        Batch batch = new Batch(
                Map.of(InboxRig.ACCEPTED, new Span(0, 1)), List.of(Events.accepted(org, 1)), List.of(), List.of());

        assertThat(rig.projection.apply(batch)).isTrue();
        assertThat(rig.projection.apply(batch)).isFalse();

        assertThat(InboxRig.rows(rig.writer, EVENTS)).hasSize(1);
    }

    @Test
    void rowsAndPositionStandOrFallTogether() throws SQLException {
        Accepted event = Events.accepted(org, 1);
        Batch twice = new Batch(Map.of(InboxRig.ACCEPTED, new Span(0, 2)), List.of(event, event), List.of(), List.of());

        assertThatThrownBy(() -> rig.projection.apply(twice)).isInstanceOf(SQLException.class);

        assertThat(InboxRig.rows(rig.writer, EVENTS)).isEmpty();
        assertThat(rig.projection.positions(List.of(InboxRig.ACCEPTED))).containsEntry(InboxRig.ACCEPTED, 0L);
    }

    @Test
    void aDayWithoutPartitionGetsOne() {
        Instant longAgo = Events.START.minus(Duration.ofDays(20));
        rig.project(List.of(Events.accepted(org, 1, "{}", "old", longAgo)));

        assertThat(rig.inbox()
                        .page(org, new PageRequest(0, 10, Filter.ALL, Optional.empty()))
                        .events())
                .hasSize(1);
    }

    /** Somebody else dropped it, or this instance believes in a day that is gone: no fault of the row's. */
    @Test
    void aMissingDayIsNotPoisonAndIsThereTheNextTime() throws SQLException {
        rig.project(someEvents(1));
        try (Connection owner = rig.owner.getConnection();
                Statement statement = owner.createStatement()) {
            statement.execute("drop table inbox." + Events.partition("event", Events.DAY));
        }
        Batch batch = new Batch(
                Map.of(InboxRig.ACCEPTED, new Span(1, 2)), List.of(Events.accepted(org, 2)), List.of(), List.of());

        assertThatThrownBy(() -> rig.projection.apply(batch))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("no partition of relation");
        assertThat(rig.projection.apply(batch)).isTrue();

        assertThat(rig.deadLetters).isEmpty();
        assertThat(InboxRig.rows(rig.writer, "select sequence, type from inbox.event"))
                .containsExactly("2 test.happened");
    }

    /** Events that can not be rows, after others that Postgres has been sent already. */
    @Test
    void poisonFarIntoABatchHoldsItsSequenceAndTheOthersAreThere() throws SQLException {
        List<Accepted> events = new ArrayList<>();
        for (int i = 1; i <= 60; i++) {
            Accepted event =
                    Events.accepted(org, i, "{\"x\":\"%s\"}".formatted("x".repeat(BinaryCopy.PART_BYTES / 10)));
            events.add(i % 20 == 0 ? Events.with(event, "x", OffsetDateTime.MAX) : event);
        }
        rig.project(events);

        assertThat(InboxRig.rows(rig.writer, "select sequence from inbox.event where type = 'test.happened'"))
                .hasSize(57);
        assertThat(InboxRig.rows(
                        rig.writer,
                        "select sequence from inbox.event where type = '" + Placeholder.TYPE + "' order by 1"))
                .containsExactly("20", "40", "60");
        assertThat(rig.deadLetters)
                .extracting(DeadLetter::reason)
                .hasSize(3)
                .allMatch(reason -> reason.startsWith("postgres 22008"));
    }

    @Test
    void eventsOfTwoDaysStandInOneOrder() throws SQLException {
        Instant midnight = Events.DAY.plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC);
        rig.project(List.of(
                Events.accepted(org, 1, "{}", "t", midnight.minusMillis(1)),
                Events.accepted(org, 2, "{}", "t", midnight)));

        assertThat(InboxRig.rows(rig.writer, "select tableoid::regclass, sequence from inbox.event order by sequence"))
                .containsExactly(
                        "inbox." + Events.partition("event", Events.DAY) + " 1",
                        "inbox." + Events.partition("event", Events.DAY.plusDays(1)) + " 2");
    }

    @Test
    void anAcknowledgementAppliedTwiceChangesNothing() throws SQLException {
        rig.project(someEvents(5));
        Disposition ack = new Acknowledged(org, InboxId.defaultOf(org), Sequences.of(2, 4), Events.START);
        rig.project(List.of(), List.of(), List.of(ack));
        List<String> once = InboxRig.rows(rig.writer, OPEN);
        rig.project(List.of(), List.of(), List.of(ack));

        assertThat(InboxRig.rows(rig.writer, OPEN)).isEqualTo(once);
        assertThat(once).singleElement().asString().endsWith("{[1,2),[3,4)}");
    }

    @Test
    void anAcknowledgementBeforeItsEventHolds() throws SQLException {
        Disposition ack = new Acknowledged(org, InboxId.defaultOf(org), Sequences.of(2), Events.START);
        rig.project(List.of(), List.of(), List.of(ack));
        rig.project(someEvents(3));

        assertThat(rig.inbox().acknowledge(org, List.of())).isEmpty();
        assertThat(FakeInbox.sequences(rig.inbox(), org, Filter.UNACKNOWLEDGED)).containsExactly(1L, 3L);
    }

    /** Acknowledged through requests the first time, from the log alone the second. */
    @Test
    void theProjectionIsTheSameWhenLaidAgain() throws SQLException {
        List<Accepted> events = someEvents(50);
        List<Accepted> others = new ArrayList<>();
        for (int i = 1; i <= 10; i++) {
            others.add(Events.accepted(Events.newOrg(), 1));
        }
        rig.project(events, List.of(Events.duplicate(events.get(3), 1_000)), List.of());
        rig.project(others);
        for (int i : new int[] {7, 3, 49, 1, 2, 30, 31, 32}) {
            rig.inbox().acknowledge(org, List.of(events.get(i - 1).event().id()));
        }
        List<List<String>> before = tables();
        List<Disposition> log = List.copyOf(rig.log);

        rig.close();
        rig = new InboxRig(real);
        rig.project(others, List.of(Events.duplicate(events.get(3), 1_000)), log);
        rig.project(events);

        assertThat(tables()).isEqualTo(before);
    }

    private List<List<String>> tables() throws SQLException {
        List<List<String>> tables = new ArrayList<>();
        for (String query : List.of(EVENTS, REJECTIONS, INBOXES, OPEN, HEADS)) {
            tables.add(InboxRig.rows(rig.writer, query));
        }
        return tables;
    }

    private List<Accepted> someEvents(int count) {
        List<Accepted> events = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            events.add(Events.accepted(org, i));
        }
        return events;
    }
}
