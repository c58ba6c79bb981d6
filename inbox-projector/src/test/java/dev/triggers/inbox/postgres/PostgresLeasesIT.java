package dev.triggers.inbox.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.disposition.Disposition.Acknowledged;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.wire.Accepted;
import dev.triggers.inbox.DispositionLog;
import dev.triggers.inbox.FakeInbox;
import dev.triggers.inbox.LeasePolicy;
import dev.triggers.inbox.Leases;
import dev.triggers.inbox.Leases.Lease;
import dev.triggers.inbox.LeasesContract;
import dev.triggers.inbox.Message;
import dev.triggers.inbox.PageRequest.Filter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealBackendsExtension.class)
class PostgresLeasesIT extends LeasesContract {

    private static InboxRig rig;

    @BeforeAll
    static void start(RealBackends real) {
        rig = new InboxRig(real);
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @Override
    protected Leases leases(LeasePolicy policy, DispositionLog log) {
        return new PostgresLeases(new InboxTurns(rig.reader, log, now -> now.plus(later())), policy);
    }

    @Override
    protected void project(List<Accepted> events) {
        rig.project(events);
    }

    @Test
    void anAcknowledgementStandsInTheLogBeforeItIsAnswered() {
        arrive(4);
        Lease lease = lease(4);
        log.clear();

        List<Message> acked = acknowledge(lease, 2, 3);

        assertThat(acked).extracting(Message::sequence).containsExactly(2L, 3L);
        assertThat(log).hasSize(1).allMatch(d -> d.sequences().equals(Sequences.of(2, 3)));
        assertThat(log.getFirst()).isInstanceOf(Acknowledged.class);
        assertThat(FakeInbox.sequences(rig.inbox(), org, Filter.UNACKNOWLEDGED)).containsExactly(1L, 4L);
    }

    @Test
    void aPageShowsWhoHasWhat() {
        arrive(5);
        Lease lease = lease(4);
        acknowledge(lease, 1);
        leases.reject(org, inbox, lease.id(), messages(2));
        leases.release(org, inbox, lease.id(), messages(3), Duration.ZERO);

        assertThat(FakeInbox.sequences(rig.inbox(), org, Filter.ACKED)).containsExactly(1L);
        assertThat(FakeInbox.sequences(rig.inbox(), org, Filter.QUARANTINED)).containsExactly(2L);
        assertThat(FakeInbox.sequences(rig.inbox(), org, Filter.AVAILABLE)).containsExactly(3L, 5L);
        assertThat(FakeInbox.sequences(rig.inbox(), org, Filter.LEASED)).containsExactly(4L);
        assertThat(FakeInbox.sequences(rig.inbox(), org, Filter.UNACKNOWLEDGED)).containsExactly(2L, 3L, 4L, 5L);
    }

    @Test
    void eventsThatAreNoLongerKeptAreSkippedHoweverManyTheyAre() throws SQLException {
        int trimmed = 30_000;
        arrive(trimmed + 2);
        Lease early = lease(3);
        leases.release(org, inbox, early.id(), messages(1, 2), Duration.ZERO);
        trimBefore(trimmed + 1);

        assertThat(sequences(lease(1))).containsExactly(trimmed + 1L);
        assertThat(leases.stats(org, inbox))
                .extracting(Leases.Stats::available, Leases.Stats::leased, Leases.Stats::frontier)
                .containsExactly(1L, 1L, trimmed + 1L);
    }

    @Test
    void whereNothingIsKeptNothingIsLeased() throws SQLException {
        arrive(5);
        trimBefore(6);

        assertThat(leases.lease(org, inbox, 3, MINUTE)).isEmpty();
        assertThat(leases.stats(org, inbox)).isEqualTo(new Leases.Stats(0, 0, 0, Optional.empty(), 5, 5));
    }

    /** As when the days of these have been dropped. */
    private void trimBefore(long oldest) throws SQLException {
        try (Connection connection = rig.owner.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("delete from inbox.event where org = '" + org + "' and sequence < " + oldest);
        }
    }
}
