package dev.triggers.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.access.Caller;
import dev.triggers.access.Scope;
import dev.triggers.common.event.DedupId;
import dev.triggers.common.event.Event;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.common.wire.Submission;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventIngestorTest {

    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private static final byte[] CLOUD_EVENT =
            ("{\"specversion\":\"1.0\",\"id\":\"7\",\"source\":\"/shop\",\"type\":\"a\"," + "\"n\":1,\"traceparent\":\""
                            + TRACE + "\",\"data\":{}}")
                    .getBytes(UTF_8);

    private final FakeEventLog log = new FakeEventLog();
    private final Budgets budgets = new LocalBudgets(InstantSource.fixed(Events.NOW), 10);
    private final EventIngestor ingestor = new EventIngestor(log, budgets, InstantSource.fixed(Events.NOW));
    private final Caller caller = Events.caller(Scope.EVENTS_WRITE);

    @Test
    void whatIsReceivedStandsInTheLog() {
        Received received = ingestor.receive(caller, body(""), Context.NONE);

        Submission kept = log.submissions().getFirst();
        assertThat(received).isEqualTo(new Received(kept.event().id(), new Receipt(0, 0), budgets.left(caller)));
        assertThat(kept.event().data().bytes()).isEqualTo("{\"n\": 0.10}".getBytes(UTF_8));
    }

    @Test
    void whatTheProducerLeavesOutHasADefault() {
        ingestor.receive(caller, body(""), Context.NONE);

        Event event = log.submissions().getFirst().event();
        assertThat(event.source()).isEqualTo("/orgs/" + caller.org());
        assertThat(event.time()).isEqualTo(Events.NOW.atOffset(ZoneOffset.UTC));
        assertThat(event.ceId()).isEqualTo(event.id().toString());
        assertThat(event.dedupId()).isEmpty();
        assertThat(event.traceparent().orElseThrow()).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00");
        assertThat(event.id().value().version()).isEqualTo(7);
    }

    @Test
    void thePlanIsStampedAsTheCallersKeyKnowsIt() {
        ingestor.receive(caller, body(""), Context.NONE);

        assertThat(log.submissions().getFirst().plan()).isEqualTo(caller.plan());
        assertThat(log.submissions().getFirst().receivedAt()).isEqualTo(Events.NOW);
    }

    @Test
    void theSameDedupIdIsTheSameEventIdHoweverItIsSent() {
        Received inBody = ingestor.receive(caller, body(",\"dedup_id\":\"x\""), Context.NONE);
        Received inHeader = ingestor.receive(caller, body(""), key("x"));
        Received inBoth = ingestor.receive(caller, body(",\"dedup_id\":\"x\""), key("x"));

        assertThat(inHeader.id()).isEqualTo(inBody.id());
        assertThat(inBoth.id()).isEqualTo(inBody.id());
        assertThat(inBody.id()).isEqualTo(EventId.named(caller.org(), "/orgs/" + caller.org(), new DedupId("x")));
        assertThat(inHeader.receipt()).isNotEqualTo(inBody.receipt());
    }

    @Test
    void withoutADedupIdEveryEventIsItsOwn() {
        assertThat(ingestor.receive(caller, body(""), Context.NONE).id())
                .isNotEqualTo(ingestor.receive(caller, body(""), Context.NONE).id());
    }

    @Test
    void twoDifferentDedupIdsAreRefused() {
        assertRefused(
                () -> ingestor.receive(caller, body(",\"dedup_id\":\"x\""), key("y")), ProblemCode.INVALID_PARAMETER);
        assertThat(log.submissions()).isEmpty();
    }

    @Test
    void aWellFormedTraceIsCarriedThrough() {
        ingestor.receive(caller, body(""), new Context(Optional.empty(), Optional.of(TRACE)));

        assertThat(log.submissions().getFirst().event().traceparent()).contains(TRACE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more"
            })
    void anyOtherTraceIsLeftOut(String trace) {
        assertThat(new Context(Optional.empty(), Optional.of(trace))).isEqualTo(Context.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {",\"source\":\"\"", ",\"subject\":\"\"", ",\"source\":\"a\\u0000b\""})
    void anAttributeThatIsNotPrintableIsRefused(String member) {
        assertRefused(() -> ingestor.receive(caller, body(member), Context.NONE), ProblemCode.INVALID_EVENT);
        assertThat(log.submissions()).isEmpty();
    }

    @Test
    void aTraceThatIsMadeIsItsOwn() {
        ingestor.receive(caller, body(""), Context.NONE);
        ingestor.receive(caller, body(""), Context.NONE);

        assertThat(log.submissions().get(0).event().traceparent())
                .isNotEqualTo(log.submissions().get(1).event().traceparent());
    }

    @Test
    void aCloudEventIsNamedByItsIdAndKeepsIt() {
        EventBody event = EventFormat.CLOUDEVENT.parse(CLOUD_EVENT, CLOUD_EVENT.length);

        Received received = ingestor.receive(caller, event, Context.NONE);

        Event kept = log.submissions().getFirst().event();
        assertThat(received.id()).isEqualTo(EventId.named(caller.org(), "/shop", new DedupId("7")));
        assertThat(kept.ceId()).isEqualTo("7");
        assertThat(kept.dedupId()).contains(new DedupId("7"));
        assertThat(kept.extensions()).containsOnly(Map.entry("traceparent", TRACE), Map.entry("n", "1"));
        assertThat(kept.traceparent()).contains(TRACE);
    }

    @Test
    void aKeyBesideACloudEventMustBeItsId() {
        EventBody event = EventFormat.CLOUDEVENT.parse(CLOUD_EVENT, CLOUD_EVENT.length);

        assertRefused(() -> ingestor.receive(caller, event, key("8")), ProblemCode.INVALID_PARAMETER);
        assertThat(ingestor.receive(caller, event, key("7")).id())
                .isEqualTo(EventId.named(caller.org(), "/shop", new DedupId("7")));
    }

    @Test
    void whatIsKnownNotToBeStoredCostsNothing() {
        log.failWith(new LogUnavailable("away", null));
        assertRefused(() -> ingestor.receive(caller, body(""), Context.NONE), ProblemCode.LOG_UNAVAILABLE);
        assertThat(budgets.left(caller).remaining()).isEqualTo(1_000);

        log.failWith(new OutcomeUnknown("no answer", null));
        assertRefused(() -> ingestor.receive(caller, body(""), Context.NONE), ProblemCode.OUTCOME_UNKNOWN);
        assertThat(budgets.left(caller).remaining()).isEqualTo(999);
    }

    @Test
    void aKeyWithoutTheScopeIsRefused() {
        assertRefused(
                () -> ingestor.receive(Events.caller(Scope.INBOX_READ), body(""), Context.NONE),
                ProblemCode.MISSING_SCOPE);
    }

    @Test
    void eachWayTheLogFailsIsItsOwnAnswer() {
        log.failWith(new LogUnavailable("away", null));
        assertRefused(() -> ingestor.receive(caller, body(""), Context.NONE), ProblemCode.LOG_UNAVAILABLE);

        log.failWith(new LogOverloaded("full", null));
        assertRefused(() -> ingestor.receive(caller, body(""), Context.NONE), ProblemCode.OVERLOADED);

        log.failWith(new SubmissionTooLarge("large", null));
        assertRefused(() -> ingestor.receive(caller, body(""), Context.NONE), ProblemCode.EVENT_TOO_LARGE);
    }

    @Test
    void unknownSaysToSendAgainWithTheSameDedupId() {
        log.failWith(new OutcomeUnknown("no answer", null));

        assertThatThrownBy(() -> ingestor.receive(caller, body(",\"dedup_id\":\"x\""), Context.NONE))
                .hasMessageStartingWith("outcome_unknown: ")
                .hasMessageContaining("send again with the same dedup id");
    }

    @Test
    void unknownSaysPlainlyWhenThereWasNoDedupId() {
        log.failWith(new OutcomeUnknown("no answer", null));

        assertThatThrownBy(() -> ingestor.receive(caller, body(""), Context.NONE))
                .hasMessageStartingWith("outcome_unknown: ")
                .hasMessageContaining("had no dedup id");
    }

    private static Context key(String dedupId) {
        return new Context(Optional.of(new DedupId(dedupId)), Optional.empty());
    }

    private static EventBody body(String more) {
        return EventParser.parse(("{\"type\":\"a\",\"data\":{\"n\": 0.10}" + more + "}").getBytes(UTF_8));
    }

    private static void assertRefused(Runnable receive, ProblemCode code) {
        assertThatThrownBy(receive::run)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem().code()).isEqualTo(code));
    }
}
