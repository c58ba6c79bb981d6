package dev.triggers.ingest;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.access.Scope;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.wire.Submission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PunctualEventLogTest extends EventLogContract {

    private static final Duration SOON = Duration.ofMillis(100);
    private static final int BOUND_SECONDS = 10;

    private final OrgId org = Events.caller(Scope.EVENTS_WRITE).org();
    private final FakeEventLog memory = new FakeEventLog();
    private final PunctualEventLog log = new PunctualEventLog(memory, SOON);

    @AfterEach
    void close() {
        log.close();
    }

    @Override
    protected EventLog log() {
        return log;
    }

    @Override
    protected Submission at(Receipt receipt) {
        return memory.submissions().get((int) receipt.offset());
    }

    @Test
    void whatIsNotConfirmedIsUnknownAtTheDeadlineAndNotBefore() {
        memory.neverAnswer();
        long begin = System.nanoTime();

        assertThat(failed(log.append(Events.submission(org, "{}")))).isInstanceOf(OutcomeUnknown.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(SOON);
    }

    @Test
    void eachOfManyIsEnded() {
        memory.neverAnswer();
        List<CompletableFuture<Receipt>> appends = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            appends.add(log.append(Events.submission(org, "{}")));
        }

        assertThat(appends).allSatisfy(append -> assertThat(failed(append)).isInstanceOf(OutcomeUnknown.class));
    }

    @Test
    void whatWasConfirmedInTimeStaysSoBehindOneThatIsNot() {
        List<CompletableFuture<Receipt>> inside = new ArrayList<>();
        try (PunctualEventLog slow = new PunctualEventLog(submission -> kept(inside), SOON)) {
            CompletableFuture<Receipt> first = slow.append(Events.submission(org, "{}"));
            CompletableFuture<Receipt> second = slow.append(Events.submission(org, "{}"));
            inside.getLast().complete(new Receipt(3, 7));

            assertThat(failed(first)).isInstanceOf(OutcomeUnknown.class);
            assertThat(second.join()).isEqualTo(new Receipt(3, 7));
        }
    }

    @Test
    void whyTheLogFailedIsHandedOnAsItIs() {
        memory.failWith(new LogUnavailable("away", null));

        assertThat(failed(log.append(Events.submission(org, "{}")))).isInstanceOf(LogUnavailable.class);
    }

    private static CompletableFuture<Receipt> kept(List<CompletableFuture<Receipt>> inside) {
        inside.add(new CompletableFuture<>());
        return inside.getLast();
    }

    private static Throwable failed(CompletableFuture<Receipt> append) {
        assertThat(append.handle((_, failure) -> failure).orTimeout(BOUND_SECONDS, SECONDS))
                .succeedsWithin(Duration.ofSeconds(BOUND_SECONDS));
        return append.exceptionNow();
    }
}
