package dev.triggers.proof.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Load over HTTP on the whole pipeline, hardly any: it is reconciled, and what is missing or double is found. */
class HttpBenchIT {

    private static final Path HERE = Path.of("").toAbsolutePath();
    /** Maven runs tests in their module's folder. */
    private static final Path CHECKOUT =
            HERE.endsWith("proof") ? HERE.resolve("..").normalize() : HERE;

    private static final int EVENTS = 50;

    @TempDir
    private Path out;

    @Test
    void scenariosReconcileAndReconciliationFindsWhatIsMissingOrDouble() throws Exception {
        Options options = Options.parse(List.of("--smoke", "--out", out.toString()), out);
        Progress progress = new Progress(new PrintStream(new ByteArrayOutputStream()), false);
        try (Bench bench = Bench.start(options, CHECKOUT, progress)) {
            Findings single = new SinglePost().run(bench);
            Findings latency = new Latency().run(bench);

            assertThat(single.tables().getFirst().rows())
                    .extracting(List::getFirst)
                    .containsExactlyInAnyOrder(SinglePost.OURS, References.PLAIN, References.EMPTY);
            assertThat(single.plots()).allSatisfy(plot -> assertThat(plot.svg()).contains("<polyline"));
            assertThat(latency.tables().getFirst().rows()).hasSize(2);
            assertThatReconciliationFindsWhatIsMissingOrDouble(bench.pipeline());
        }
    }

    private static void assertThatReconciliationFindsWhatIsMissingOrDouble(Pipeline pipeline) throws Exception {
        List<Org> orgs = pipeline.orgs(1);
        try (Reconciliation sound = new Reconciliation(pipeline).of(orgs);
                Reconciliation doubled = new Reconciliation(pipeline).of(orgs);
                Reconciliation missing = new Reconciliation(pipeline).of(orgs);
                Reconciliation notSent = new Reconciliation(pipeline).of(orgs)) {
            Tally tally = ClosedLoad.run(
                    pipeline.ingest().address(),
                    Posts.single(pipeline.ingest().address(), orgs),
                    new ClosedLoad.Size(2, Duration.ZERO, Duration.ofSeconds(20), EVENTS));

            Reconciliation.Balance balance = sound.follow(List.of(tally)).requireAllAccepted();
            assertThat(balance.submissions()).isEqualTo(EVENTS);
            assertThatThrownBy(() -> notSent.follow(List.of()))
                    .hasMessageContaining(EVENTS + " submissions in the log");

            change(pipeline, orgs, """
                    insert into inbox.event
                    select org, 51, accepted_at, received_at, event_id, receipt_partition, receipt_offset, ce_id, type,
                           source, subject, time, dedup_id, extensions, data
                    from inbox.event where org = '%s' and sequence = 50""");
            assertThatThrownBy(() -> doubled.follow(List.of(tally))).hasMessageContaining("in the inbox a second time");

            change(pipeline, orgs, "delete from inbox.event where org = '%s' and sequence in (7, 51)");
            assertThatThrownBy(() -> missing.follow(List.of(tally)))
                    .hasMessageContaining("accepted, and not in the inbox (1 such");
        }
    }

    private static void change(Pipeline pipeline, List<Org> orgs, String sql) throws Exception {
        try (Connection connection = pipeline.connect();
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(sql.formatted(orgs.getFirst().id())))
                    .isPositive();
        }
    }
}
