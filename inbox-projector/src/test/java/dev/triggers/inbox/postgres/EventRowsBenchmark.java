package dev.triggers.inbox.postgres;

import dev.triggers.common.event.OrgId;
import dev.triggers.common.wire.Accepted;
import dev.triggers.inbox.Events;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.LongStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What it costs to write an event as a row of a binary COPY. */
@State(Scope.Thread)
public class EventRowsBenchmark {

    private static final int ROWS = 500;

    private final OrgId org = Events.newOrg();
    private final List<Accepted> events = LongStream.rangeClosed(1, ROWS)
            .mapToObj(sequence -> Events.accepted(org, sequence, "{\"n\":\"%s\"}".formatted("x".repeat(200))))
            .toList();

    @Benchmark
    @OperationsPerInvocation(ROWS)
    public long row() throws SQLException {
        long[] bytes = {0};
        BinaryCopy rows = new BinaryCopy((_, size) -> bytes[0] += size);
        for (Accepted event : events) {
            EventRows.write(rows, event);
        }
        rows.end();
        return bytes[0];
    }
}
