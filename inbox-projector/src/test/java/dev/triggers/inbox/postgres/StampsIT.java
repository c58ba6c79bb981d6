package dev.triggers.inbox.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.disposition.Disposition.Began;
import dev.triggers.common.disposition.Disposition.Paused;
import dev.triggers.common.disposition.Disposition.Resumed;
import dev.triggers.common.disposition.Disposition.Stamp;
import dev.triggers.common.disposition.Disposition.Stamped;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Start;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Receipt;
import dev.triggers.inbox.Events;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Stamped markers laid on the rows of inboxes. */
@ExtendWith(RealBackendsExtension.class)
class StampsIT {

    private static InboxRig rig;
    private static long offset;

    private final OrgId org = Events.newOrg();
    private final InboxId inbox = new InboxId(UUID.randomUUID());

    @BeforeAll
    static void start(RealBackends real) {
        rig = new InboxRig(real);
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @Test
    void anInboxIsActiveFromExactlyWhereItsMarkerWasStamped() throws SQLException {
        asked(1, "initializing");

        stamp(began(1, Start.NOW, 41));

        assertThat(row()).isEqualTo("active {[42,)} 1");
    }

    @Test
    void aStartThatWasAskedForIsWhereItBegins() throws SQLException {
        asked(1, "initializing");

        stamp(began(1, Start.EARLIEST, 41));

        assertThat(row()).isEqualTo("active {[1,)} 1");
    }

    @Test
    void whatComesBetweenAPauseAndItsResumeDoesNotEnter() throws SQLException {
        asked(5, "active");

        stamp(began(1, Start.NOW, 0), paused(2, 10), resumed(3, 20), paused(4, 30), resumed(5, 40));

        assertThat(row()).isEqualTo("active {[1,11),[21,31),[41,)} 5");
    }

    @Test
    void aPauseBeforeTheFirstEventLeavesNothing() throws SQLException {
        asked(2, "paused");

        stamp(began(1, Start.NOW, 0), paused(2, 0));

        assertThat(row()).isEqualTo("paused {} 2");
    }

    @Test
    void theFirstStampOfANumberCounts() throws SQLException {
        asked(3, "initializing");

        stamp(began(1, Start.NOW, 5), paused(2, 10), paused(2, 11), began(1, Start.NOW, 12), resumed(3, 20));
        stamp(resumed(3, 30), paused(2, 25));

        assertThat(row()).isEqualTo("active {[6,11),[21,)} 3");
    }

    @Test
    void aStampThatComesBeforeAMissingOneWaitsForItsRepeat() throws SQLException {
        asked(2, "paused");

        stamp(paused(2, 10));
        assertThat(row()).isEqualTo("paused {} 0");
        stamp(began(1, Start.NOW, 12), paused(2, 15));

        assertThat(row()).isEqualTo("paused {[13,16)} 2");
    }

    @Test
    void whatAPauseHoldsBackIsLetGoByItsStampUnlessAnotherWaits() throws SQLException {
        asked(4, "paused");
        change("ceiling = 7");

        stamp(began(1, Start.NOW, 0), paused(2, 10));
        assertThat(ceiling()).isEqualTo("7");
        stamp(resumed(3, 20));
        assertThat(ceiling()).isEqualTo("7");
        stamp(paused(4, 30));

        assertThat(ceiling()).isEqualTo("null");
    }

    @Test
    void aMarkerIsRememberedByItsReceiptEvenIfItsInboxIsGone() throws SQLException {
        Began began = began(1, Start.NOW, 3);

        stamp(began, began);

        assertThat(InboxRig.rows(
                        rig.writer,
                        "select receipt_partition, receipt_offset, kind, sequence from inbox.marker where inbox = '"
                                + inbox + "'"))
                .containsExactly("2 " + began.stamp().receipt().offset() + " began 3");
    }

    @Test
    void aStampOfAnotherOrgTouchesNothing() throws SQLException {
        asked(1, "initializing");

        Began ours = began(1, Start.NOW, 3);
        stamp(new Began(Events.newOrg(), inbox, Start.NOW, ours.stamp()));

        assertThat(row()).isEqualTo("initializing {} 0");
    }

    private void asked(int number, String status) throws SQLException {
        InboxRig.execute(
                rig.writer,
                "insert into inbox.inbox (id, org, key, status, windows, asked, asked_at) values ('" + inbox + "', '"
                        + org + "', 'k', '" + status + "', '{}', " + number + ", now())");
    }

    private void change(String what) throws SQLException {
        InboxRig.execute(rig.writer, "update inbox.inbox set " + what + " where id = '" + inbox + "'");
    }

    private String row() throws SQLException {
        return select("status, windows, applied");
    }

    private String ceiling() throws SQLException {
        return select("ceiling");
    }

    private String select(String columns) throws SQLException {
        return InboxRig.rows(rig.writer, "select " + columns + " from inbox.inbox where id = '" + inbox + "'")
                .getFirst();
    }

    private static void stamp(Stamped... stamps) {
        rig.project(List.of(), List.of(), List.of(stamps));
    }

    private Began began(int number, Start start, long sequence) {
        return new Began(org, inbox, start, stamp(number, sequence));
    }

    private Paused paused(int number, long sequence) {
        return new Paused(org, inbox, stamp(number, sequence));
    }

    private Resumed resumed(int number, long sequence) {
        return new Resumed(org, inbox, stamp(number, sequence));
    }

    private static Stamp stamp(int number, long sequence) {
        return new Stamp(number, sequence, new Receipt(2, offset++), Events.START, Events.START);
    }
}
