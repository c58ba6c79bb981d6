package dev.triggers.proof.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/** A load whose books balance, and then do not: as if something were not sent, doubled and missing. Each has to be found. */
final class BrokenBooks implements Scenario {

    static final String NAME = "broken-books";
    /** In which the books do not balance. */
    static final int WAYS = 3;

    private static final int EVENTS = 50;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String group() {
        return "harness";
    }

    @Override
    public String what() {
        return "whether reconciliation finds what is missing or double";
    }

    @Override
    public Findings run(Bench bench) throws Exception {
        Pipeline pipeline = bench.pipeline();
        List<Org> orgs = pipeline.orgs(1);
        pipeline.keepUp();
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
        Table found = new Table("Broken books", "", List.of("found"), List.of(List.of(WAYS)));
        return new Findings(List.of(found), found);
    }

    private static void change(Pipeline pipeline, List<Org> orgs, String sql) throws SQLException {
        try (Connection connection = pipeline.connect();
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(sql.formatted(orgs.getFirst().id())))
                    .isPositive();
        }
    }
}
