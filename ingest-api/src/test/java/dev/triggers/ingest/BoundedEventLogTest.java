package dev.triggers.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.access.Scope;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.wire.Submission;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class BoundedEventLogTest {

    private final OrgId org = Events.caller(Scope.EVENTS_WRITE).org();
    private final List<CompletableFuture<Receipt>> underWay = new ArrayList<>();
    private final EventLog slow = submission -> {
        CompletableFuture<Receipt> append = new CompletableFuture<>();
        underWay.add(append);
        return append;
    };

    @Test
    void oneMoreThanMayBeUnderWayIsRefusedAndReachesNoLog() {
        BoundedEventLog log = new BoundedEventLog(slow, 2, 1_000_000);
        Submission submission = Events.submission(org, "{}");
        var _ = log.append(submission);
        var _ = log.append(submission);

        assertThatThrownBy(() -> log.append(submission).join()).hasCauseInstanceOf(LogOverloaded.class);
        assertThat(underWay).hasSize(2);
    }

    @Test
    void bytesCountAsWell() {
        BoundedEventLog log = new BoundedEventLog(slow, 1_000, 3_000);
        Submission submission = Events.submission(org, "{\"a\":\"" + "x".repeat(1_000) + "\"}");
        var _ = log.append(submission);

        assertThatThrownBy(() -> log.append(submission).join()).hasCauseInstanceOf(LogOverloaded.class);
    }

    @Test
    void whatIsDoneMakesRoomHoweverItEnded() {
        BoundedEventLog log = new BoundedEventLog(slow, 2, 1_000_000);
        Submission submission = Events.submission(org, "{}");
        var _ = log.append(submission);
        var _ = log.append(submission);

        underWay.get(0).complete(new Receipt(0, 0));
        underWay.get(1).completeExceptionally(new OutcomeUnknown("no answer", null));

        assertThat(log.events()).isZero();
        assertThat(log.bytes()).isZero();
        assertThat(log.append(submission)).isNotDone();
    }
}
