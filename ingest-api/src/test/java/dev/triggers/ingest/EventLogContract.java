package dev.triggers.ingest;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.access.Scope;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.wire.Submission;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link EventLog} holds to. */
public abstract class EventLogContract {

    private static final int BOUND_SECONDS = 10;

    protected abstract EventLog log();

    /** What stands in the log at that receipt. */
    protected abstract Submission at(Receipt receipt);

    private final OrgId org = Events.caller(Scope.EVENTS_WRITE).org();

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{ \"n\" : 0.10 , \"m\":1E400 }", "{\"größe\":\"\\u0041 日本語 😀\"}"})
    void whatWasAppendedStandsAtItsReceipt(String data) {
        Submission submission = Events.submission(org, data);

        Receipt receipt = appended(submission);

        assertThat(at(receipt)).isEqualTo(submission);
    }

    @Test
    void theLargestDataStandsAtItsReceipt() {
        Submission submission = Events.submission(org, "{\"a\":\"" + "é".repeat(131_068) + "\"}");

        assertThat(at(appended(submission))).isEqualTo(submission);
    }

    @Test
    void oneOrgsSubmissionsStandInOnePartitionInTheOrderOfTheirAppends() {
        List<Receipt> receipts = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            receipts.add(appended(Events.submission(org, "{\"i\":" + i + "}")));
        }

        assertThat(receipts).isSorted().doesNotHaveDuplicates();
        assertThat(receipts)
                .extracting(Receipt::partition)
                .containsOnly(receipts.getFirst().partition());
    }

    @Test
    void manyUnderWayAtOnceEachStandAtTheirOwnReceipt() {
        List<Submission> submissions = new ArrayList<>();
        List<CompletableFuture<Receipt>> appends = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Submission submission = Events.submission(org, "{\"i\":" + i + "}");
            submissions.add(submission);
            appends.add(log().append(submission));
        }

        for (int i = 0; i < 200; i += 50) {
            assertThat(at(appends.get(i).orTimeout(BOUND_SECONDS, SECONDS).join()))
                    .isEqualTo(submissions.get(i));
        }
        assertThat(appends.stream().map(CompletableFuture::join)).doesNotHaveDuplicates();
    }

    private Receipt appended(Submission submission) {
        return log().append(submission).orTimeout(BOUND_SECONDS, SECONDS).join();
    }
}
