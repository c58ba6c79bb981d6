package dev.triggers.ingest;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.access.Scope;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.wire.Submission;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class WaitingEventLogTest extends EventLogContract {

    private static final Duration SOON = Duration.ofMillis(100);
    private static final Duration LATE = Duration.ofSeconds(10);

    private final OrgId org = Events.caller(Scope.EVENTS_WRITE).org();
    private final FakeEventLog memory = new FakeEventLog();
    private final WaitingEventLog log = new WaitingEventLog(memory, 10, 1_048_576, SOON);
    private final List<CompletableFuture<Receipt>> underWay = new CopyOnWriteArrayList<>();
    private final EventLog slow = _ -> {
        CompletableFuture<Receipt> append = new CompletableFuture<>();
        underWay.add(append);
        return append;
    };

    @Override
    protected EventLog log() {
        return log;
    }

    @Override
    protected Submission at(Receipt receipt) {
        return memory.submissions().get((int) receipt.offset());
    }

    @Test
    void oneMoreThanMayBeUnderWayWaitsUntilOneHasEndedHoweverItEnds() {
        WaitingEventLog two = new WaitingEventLog(slow, 2, 1_048_576, LATE);
        append(two, "{}");
        append(two, "{}");
        CompletableFuture<Void> third = CompletableFuture.runAsync(() -> append(two, "{}"));

        assertThat(underWay).hasSize(2);
        underWay.getFirst().completeExceptionally(new OutcomeUnknown("no answer", null));

        third.orTimeout(10, SECONDS).join();
        assertThat(underWay).hasSize(3);
    }

    @Test
    void bytesAreWaitedForAsWell() {
        WaitingEventLog small = new WaitingEventLog(slow, 100, 4_096, LATE);
        append(small, "{\"a\":\"" + "x".repeat(1_500) + "\"}");
        CompletableFuture<Void> second =
                CompletableFuture.runAsync(() -> append(small, "{\"a\":\"" + "x".repeat(1_500) + "\"}"));

        assertThat(underWay).hasSize(1);
        underWay.getFirst().complete(new Receipt(0, 0));

        second.orTimeout(10, SECONDS).join();
        assertThat(underWay).hasSize(2);
    }

    @Test
    void whoWaitsTooLongIsRefusedAndReachesNoLog() {
        WaitingEventLog one = new WaitingEventLog(slow, 1, 1_048_576, SOON);
        append(one, "{}");
        long begin = System.nanoTime();

        assertThatThrownBy(() -> one.append(Events.submission(org, "{}")).join())
                .hasCauseInstanceOf(LogOverloaded.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(SOON);
        assertThat(underWay).hasSize(1);
    }

    @Test
    void whoWasRefusedForBytesLeavesTheRoomForOneMoreEvent() {
        WaitingEventLog small = new WaitingEventLog(slow, 2, 4_096, SOON);
        append(small, "{}");
        assertThatThrownBy(() -> small.append(Events.submission(org, "{\"a\":\"" + "x".repeat(3_000) + "\"}"))
                        .join())
                .hasCauseInstanceOf(LogOverloaded.class);

        assertThat(small.append(Events.submission(org, "{}"))).isNotDone();
    }

    private void append(EventLog to, String data) {
        var _ = to.append(Events.submission(org, data));
    }
}
