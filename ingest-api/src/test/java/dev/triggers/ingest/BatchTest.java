package dev.triggers.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.access.Caller;
import dev.triggers.access.Scope;
import dev.triggers.common.event.DedupId;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.problem.Problem;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.common.wire.Submission;
import dev.triggers.ingest.BatchIngestor.BatchPolicy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BatchTest {

    private static final InstantSource CLOCK = InstantSource.fixed(Events.NOW);
    private static final Duration SOON = Duration.ofMillis(100);

    private final FakeEventLog log = new FakeEventLog();
    private final Budgets budgets = new LocalBudgets(CLOCK, 10);
    private final Caller caller = Events.caller(Scope.EVENTS_WRITE);
    private final Answers answers = new Answers();

    @Test
    void eachItemIsAnsweredInItsPlaceAndSpoilsNoOther() {
        BatchAnswer answer = receive(log, Context.NONE, event("a"), "nonsense", event("b"), "{}", event("c"));

        assertThat(verbs(answer))
                .containsExactly("received", "malformed_json", "received", "invalid_event", "received");
        assertThat(answer.received()).isEqualTo(3);
        assertThat(answer.invalid()).isEqualTo(2);
        assertThat(log.submissions())
                .extracting(kept -> kept.event().dedupId().orElseThrow().value())
                .containsExactly("a", "b", "c");
        assertThat(answer.items().get(2))
                .isEqualTo(new Item.Received(log.submissions().get(1).event().id(), new Receipt(0, 1)));
        assertThat(answer.left().remaining()).isEqualTo(997);
    }

    @Test
    void aKeyNamesEachEventByItsIndexButThoseThatNameThemselves() {
        Context key = new Context(Optional.of(new DedupId("K")), Optional.empty());

        receive(log, key, anonymous(), event("own"), "nonsense", anonymous());
        List<EventId> first =
                log.submissions().stream().map(kept -> kept.event().id()).toList();

        assertThat(log.submissions())
                .extracting(kept -> kept.event().dedupId().orElseThrow().value())
                .containsExactly("K/0", "own", "K/3");
        receive(log, key, anonymous(), event("own"), "nonsense", anonymous());
        assertThat(log.submissions().subList(3, 6))
                .extracting(kept -> kept.event().id())
                .isEqualTo(first);
    }

    @Test
    void aKeyLeavesRoomForTheIndex() {
        assertThat(ingestor(log).begin(caller, key("k".repeat(250))).size()).isZero();
        assertThatThrownBy(() -> ingestor(log).begin(caller, key("k".repeat(251))))
                .hasMessage("invalid_parameter: Idempotency-Key: 251 characters (expected: 1 to 250 with a batch)");
    }

    @Test
    void thePartThatFitsTheBudgetIsReceivedAndTheRestIsLimited() {
        budgets.take(caller, 998);

        BatchAnswer answer = receive(log, Context.NONE, event("a"), "nonsense", event("b"), event("c"), event("d"));

        assertThat(verbs(answer))
                .containsExactly("received", "malformed_json", "received", "rate_limited", "rate_limited");
        assertThat(answer.retryAfter()).contains(Duration.ofMillis(60));
        assertThat(log.submissions()).hasSize(2);
    }

    @Test
    void whatTheLogDoesNotTakeIsInvalidAndCostsNothing() {
        log.failWith(new SubmissionTooLarge("large", null));

        BatchAnswer answer = receive(log, Context.NONE, event("a"), event("b"));

        assertThat(verbs(answer)).containsExactly("event_too_large", "event_too_large");
        assertThat(answer.invalid()).isEqualTo(2);
        assertThat(answer.left().remaining()).isEqualTo(1_000);
    }

    @Test
    void onceTheLogIsAwayNothingMoreIsTriedAndNothingIsCharged() {
        List<Submission> tried = new ArrayList<>();
        EventLog away = submission -> {
            tried.add(submission);
            return CompletableFuture.failedFuture(new LogUnavailable("away", null));
        };

        BatchAnswer answer = receive(away, Context.NONE, event("a"), "{}", event("b"), event("c"));

        assertThat(verbs(answer))
                .containsExactly("log_unavailable", "invalid_event", "log_unavailable", "log_unavailable");
        assertThat(answer.retry()).isEqualTo(3);
        assertThat(answer.retryAfter()).contains(Duration.ofSeconds(1));
        assertThat(answer.left().remaining()).isEqualTo(1_000);
        assertThat(tried).hasSize(1);
    }

    @Test
    void whatIsNotConfirmedInTimeIsUnknownAndStaysCharged() {
        log.neverAnswer();
        long begin = System.nanoTime();

        try (PunctualEventLog punctual = new PunctualEventLog(log, SOON)) {
            BatchAnswer answer =
                    receive(punctual, Context.NONE, event("a"), event("b"), event("c"), event("d"), event("e"));

            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
            assertThat(verbs(answer))
                    .containsExactly(
                            "outcome_unknown",
                            "outcome_unknown",
                            "outcome_unknown",
                            "outcome_unknown",
                            "log_unavailable");
            assertThat(answer.left().remaining()).isEqualTo(996);
        }
        assertThat(log.submissions()).hasSize(4);
    }

    @Test
    void soManyAreUnderWayAtOnceAndNoMore() {
        List<CompletableFuture<Receipt>> underWay = new ArrayList<>();
        List<Long> seen = new ArrayList<>();
        EventLog slow = submission -> {
            CompletableFuture<Receipt> append = new CompletableFuture<>();
            underWay.add(append);
            seen.add(underWay.stream().filter(other -> !other.isDone()).count());
            if (underWay.size() % 4 == 0) {
                for (int i = underWay.size() - 4; i < underWay.size(); i++) {
                    underWay.get(i).complete(new Receipt(0, i));
                }
            }
            return append;
        };

        BatchAnswer answer = receive(slow, Context.NONE, events(12));

        assertThat(answer.received()).isEqualTo(12);
        assertThat(seen).allMatch(count -> count <= 4).contains(4L);
        for (int i = 0; i < 12; i++) {
            assertThat(answer.items().get(i))
                    .isInstanceOfSatisfying(
                            Item.Received.class,
                            received -> assertThat(received.receipt().offset()).isBetween(0L, 11L));
        }
    }

    @Test
    void whereOthersFilledTheWindowABatchWaitsForItsOwn() {
        EventLog slow = _ -> CompletableFuture.supplyAsync(
                () -> new Receipt(0, 1), CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS));

        BatchAnswer answer = receive(new BoundedEventLog(slow, 2, 1_000_000), Context.NONE, events(6));

        assertThat(answer.received()).isEqualTo(6);
        assertThat(answer.left().remaining()).isEqualTo(994);
    }

    @Test
    void aBatchThatHasNothingUnderWayIsTurnedAwayWhereTheWindowIsFull() {
        log.failWith(new LogOverloaded("full", null));

        BatchAnswer answer = receive(log, Context.NONE, event("a"), event("b"));

        assertThat(verbs(answer)).containsExactly("overloaded", "overloaded");
        assertThat(answer.left().remaining()).isEqualTo(1_000);
    }

    @Test
    void everyItemIsCountedOnce() {
        budgets.take(caller, 998);
        receive(log, Context.NONE, event("a"), "nonsense", event("b"), event("c"), "{}");

        assertThat(answers.received()).isEqualTo(2);
        assertThat(answers.refused(ProblemCode.MALFORMED_JSON)).isEqualTo(1);
        assertThat(answers.refused(ProblemCode.INVALID_EVENT)).isEqualTo(1);
        assertThat(answers.refused(ProblemCode.RATE_LIMITED)).isEqualTo(1);
        assertThatThrownBy(() -> answers.batchCounted(() -> {
                    throw new ProblemException(ProblemCode.BATCH_TOO_LARGE, "x");
                }))
                .isInstanceOf(ProblemException.class);
        assertThat(answers.refused(ProblemCode.BATCH_TOO_LARGE)).isEqualTo(1);
    }

    private BatchAnswer receive(EventLog to, Context context, String... texts) {
        return answers.batchCounted(() -> {
            Batch batch = ingestor(to).begin(caller, context);
            for (String text : texts) {
                byte[] bytes = (" " + text).getBytes(UTF_8);
                batch.add(EventFormat.JSON, bytes, 1, bytes.length);
            }
            return batch.finish();
        });
    }

    private BatchIngestor ingestor(EventLog to) {
        return new BatchIngestor(to, budgets, CLOCK, new BatchPolicy(4, 1_000_000, Duration.ofSeconds(10)));
    }

    private static Context key(String key) {
        return new Context(Optional.of(new DedupId(key)), Optional.empty());
    }

    private static String[] events(int number) {
        String[] events = new String[number];
        for (int i = 0; i < number; i++) {
            events[i] = event("e" + i);
        }
        return events;
    }

    private static String anonymous() {
        return "{\"type\":\"a\",\"data\":{}}";
    }

    private static String event(String dedupId) {
        return "{\"type\":\"a\",\"data\":{},\"dedup_id\":\"" + dedupId + "\"}";
    }

    private static List<String> verbs(BatchAnswer answer) {
        return answer.items().stream()
                .map(item -> switch (item) {
                    case Item.Received _ -> "received";
                    case Item.Invalid(Problem problem) -> problem.code().toString();
                    case Item.Limited(Problem problem) -> problem.code().toString();
                    case Item.Retry(Problem problem) -> problem.code().toString();
                })
                .toList();
    }
}
