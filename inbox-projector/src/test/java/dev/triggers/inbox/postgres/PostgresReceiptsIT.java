package dev.triggers.inbox.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.wire.Accepted;
import dev.triggers.common.wire.Outcome;
import dev.triggers.inbox.Events;
import dev.triggers.inbox.History.Standing;
import dev.triggers.inbox.Message;
import dev.triggers.inbox.Receipts;
import dev.triggers.inbox.SubmissionLog;
import dev.triggers.inbox.SubmissionStatus;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealBackendsExtension.class)
class PostgresReceiptsIT {

    private static final OrgId ORG = Events.newOrg();
    private static final OrgId OTHER = Events.newOrg();
    private static final SubmissionLog NOTHING = _ -> Optional.empty();

    private static InboxRig rig;
    private static Accepted event;

    @BeforeAll
    static void start(RealBackends real) {
        rig = new InboxRig(real);
        event = Events.accepted(ORG, 7);
        rig.project(List.of(event), List.of(Events.duplicate(event, 8)), List.of());
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @Test
    void anAcceptedSubmissionHasItsSequence() {
        assertThat(receipts(NOTHING).find(ORG, new Receipt(0, 7)))
                .contains(new SubmissionStatus.Accepted(
                        event.event().id(),
                        7,
                        List.of(new Standing(
                                InboxId.defaultOf(event.event().org()),
                                Optional.of("default"),
                                Message.Status.AVAILABLE,
                                0))));
    }

    @Test
    void aDuplicateNamesItsOriginal() {
        assertThat(receipts(NOTHING).find(ORG, new Receipt(0, 8)))
                .contains(new SubmissionStatus.Rejected(
                        Optional.of(event.event().id()),
                        Outcome.DUPLICATE,
                        Optional.of(new Receipt(0, 7)),
                        "the same event was accepted as this receipt"));
    }

    @Test
    void anotherOrgsReceiptIsNotFound() {
        assertThat(receipts(NOTHING).find(OTHER, new Receipt(0, 7))).isEmpty();
        assertThat(receipts(NOTHING).find(OTHER, new Receipt(0, 8))).isEmpty();
    }

    @Test
    void whatIsOnlyInTheLogYetIsPending() {
        SubmissionLog log = _ -> Optional.of(new SubmissionLog.Entry(
                Optional.of(ORG), Optional.of(event.event().id())));

        assertThat(receipts(log).find(ORG, new Receipt(0, 9)))
                .contains(new SubmissionStatus.Pending(Optional.of(event.event().id())));
        assertThat(receipts(log).find(OTHER, new Receipt(0, 9))).isEmpty();
    }

    private static Receipts receipts(SubmissionLog log) {
        return new PostgresReceipts(rig.reader, log);
    }
}
