package dev.triggers.inbox.postgres;

import dev.triggers.common.event.EventId;
import dev.triggers.common.event.EventType;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Payload;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.wire.Outcome;
import dev.triggers.inbox.Receipts;
import dev.triggers.inbox.SubmissionLog;
import dev.triggers.inbox.SubmissionStatus;
import dev.triggers.inbox.SubmissionStatus.Accepted;
import dev.triggers.inbox.SubmissionStatus.Pending;
import dev.triggers.inbox.SubmissionStatus.Rejected;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/** Outcomes from the tables; what has none there yet is looked up in the log. */
public final class PostgresReceipts implements Receipts {

    private static final String ACCEPTED = """
            select event_id, sequence, type, source, data from inbox.event
            where org = ? and receipt_partition = ? and receipt_offset = ?""";
    private static final String REJECTED = """
            select event_id, outcome, original_offset, reason from inbox.rejection
            where org = ? and receipt_partition = ? and receipt_offset = ?""";

    private final OrgTransactions transactions;
    private final SubmissionLog log;

    public PostgresReceipts(DataSource reader, SubmissionLog log) {
        this.transactions = new OrgTransactions(reader);
        this.log = log;
    }

    @Override
    public Optional<SubmissionStatus> find(OrgId org, Receipt receipt) {
        Optional<SubmissionStatus> projected =
                transactions.read(org, connection -> projected(connection, org, receipt));
        return projected.isPresent() ? projected : pending(org, receipt);
    }

    private static Optional<SubmissionStatus> projected(Connection connection, OrgId org, Receipt receipt)
            throws SQLException {
        Optional<SubmissionStatus> accepted = query(
                connection,
                ACCEPTED,
                org,
                receipt,
                row -> new Accepted(
                        new EventId(row.getObject(1, UUID.class)),
                        row.getLong(2),
                        Standings.of(
                                connection,
                                org,
                                row.getLong(2),
                                new EventType(row.getString(3)),
                                row.getString(4),
                                Payload.of(row.getBytes(5)))));
        return accepted.isPresent()
                ? accepted
                : query(connection, REJECTED, org, receipt, row -> rejected(row, receipt.partition()));
    }

    private static SubmissionStatus rejected(ResultSet row, int partition) throws SQLException {
        return new Rejected(
                Optional.ofNullable(row.getObject(1, UUID.class)).map(EventId::new),
                Outcome.parse(row.getString(2)),
                Optional.ofNullable(row.getObject(3, Long.class)).map(offset -> new Receipt(partition, offset)),
                row.getString(4));
    }

    private Optional<SubmissionStatus> pending(OrgId org, Receipt receipt) {
        return log.at(receipt)
                .filter(entry -> entry.org().filter(org::equals).isPresent())
                .map(entry -> new Pending(entry.id()));
    }

    private interface RowMapper {
        SubmissionStatus map(ResultSet row) throws SQLException;
    }

    private static Optional<SubmissionStatus> query(
            Connection connection, String sql, OrgId org, Receipt receipt, RowMapper mapper) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setObject(1, org.value());
            select.setInt(2, receipt.partition());
            select.setLong(3, receipt.offset());
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(mapper.map(row)) : Optional.empty();
            }
        }
    }
}
