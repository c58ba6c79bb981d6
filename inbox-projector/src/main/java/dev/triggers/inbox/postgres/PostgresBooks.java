package dev.triggers.inbox.postgres;

import dev.triggers.common.event.OrgId;
import dev.triggers.common.wire.Topics;
import dev.triggers.inbox.Books.Hour;
import dev.triggers.inbox.InboxUnavailable;
import dev.triggers.inbox.IngestedLog.Entry;
import dev.triggers.inbox.IngestedLog.Outcomes;
import dev.triggers.inbox.OutcomeTables;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/**
 * The books over the tables: an org's as the reading role, those of all orgs as the projector's, which alone sees them all.
 */
public final class PostgresBooks implements OutcomeTables {

    private static final int MOST_FINDINGS = 1_000;
    private static final int TABLES = 3;

    private static final String PROGRESS = """
            select coalesce((select next_offset from inbox.position where topic = ? and partition = ?), 0),
                   coalesce((select through from inbox.decided where topic = ? and partition = ?), -1)""";

    /** Offsets of outcomes, ascending, once for each outcome. */
    private static final String OUTCOMES = """
            with outcome as (
              select receipt_offset as at from inbox.event
              where receipt_partition = ? and receipt_offset >= ? and receipt_offset < ?
              union all
              select receipt_offset from inbox.rejection
              where receipt_partition = ? and receipt_offset >= ? and receipt_offset < ?
              union all
              select receipt_offset from inbox.marker
              where receipt_partition = ? and receipt_offset >= ? and receipt_offset < ?)
            """;

    private static final String WITHOUT = OUTCOMES + """
            select before + 1, at - 1 from (
              select at, lag(at, 1, ?::bigint - 1) over (order by at) as before
              from (select at from outcome union all select ?::bigint) as all_and_end) as step
            where at > before + 1
            order by 1 limit ?""";
    private static final String SEVERAL = OUTCOMES + """
            select at, at from outcome group by at having count(*) > 1 order by 1 limit ?""";

    private final OrgTransactions transactions;
    private final DataSource auditor;

    /** @param auditor connections of the projector's role */
    public PostgresBooks(DataSource reader, DataSource auditor) {
        this.transactions = new OrgTransactions(reader);
        this.auditor = auditor;
    }

    @Override
    public List<Hour> hours(OrgId org, Instant from, Instant to, int partition, List<Entry> submissions) {
        return transactions.read(
                org, connection -> new HoursQuery(connection, org, from, to).run(partition, submissions));
    }

    @Override
    public Progress progress(int partition) {
        return audit(connection -> new Progress(Map.of(
                Outcomes.ACCEPTED, reached(connection, Topics.ACCEPTED.name(), partition),
                Outcomes.REJECTED, reached(connection, Topics.REJECTED.name(), partition),
                Outcomes.STAMPED, reached(connection, Topics.DISPOSITIONS.name(), partition))));
    }

    private static Reached reached(Connection connection, String topic, int partition) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(PROGRESS)) {
            select.setString(1, topic);
            select.setInt(2, partition);
            select.setString(3, topic);
            select.setInt(4, partition);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return new Reached(row.getLong(1), row.getLong(2));
            }
        }
    }

    @Override
    public Findings findings(int partition, long from, long to) {
        return audit(connection -> {
            List<Offsets> without;
            try (PreparedStatement select = connection.prepareStatement(WITHOUT)) {
                int next = bounds(select, partition, from, to);
                select.setLong(next, from);
                select.setLong(next + 1, to);
                select.setInt(next + 2, MOST_FINDINGS + 1);
                without = offsets(select);
            }
            try (PreparedStatement select = connection.prepareStatement(SEVERAL)) {
                select.setInt(bounds(select, partition, from, to), MOST_FINDINGS + 1);
                List<Offsets> several = offsets(select);
                return new Findings(
                        first(without),
                        first(several),
                        without.size() <= MOST_FINDINGS && several.size() <= MOST_FINDINGS);
            }
        });
    }

    private static int bounds(PreparedStatement select, int partition, long from, long to) throws SQLException {
        int index = 1;
        for (int table = 0; table < TABLES; table++) {
            select.setInt(index++, partition);
            select.setLong(index++, from);
            select.setLong(index++, to);
        }
        return index;
    }

    private static List<Offsets> offsets(PreparedStatement select) throws SQLException {
        List<Offsets> offsets = new ArrayList<>();
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                offsets.add(new Offsets(row.getLong(1), row.getLong(2)));
            }
        }
        return offsets;
    }

    private static List<Offsets> first(List<Offsets> offsets) {
        return offsets.subList(0, Math.min(offsets.size(), MOST_FINDINGS));
    }

    /** All that is read together is of one snapshot and one generation of the tables. */
    private <T> T audit(GenerationTransactions.Work<T> work) {
        try {
            return GenerationTransactions.read(auditor, work);
        } catch (SQLException e) {
            throw new InboxUnavailable("postgres: " + e.getMessage(), e);
        }
    }
}
