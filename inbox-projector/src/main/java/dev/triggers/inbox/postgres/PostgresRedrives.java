package dev.triggers.inbox.postgres;

import dev.triggers.common.event.DedupId;
import dev.triggers.common.event.Event;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.EventType;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Payload;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.limit.Plan;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.common.wire.Outcome;
import dev.triggers.common.wire.Submission;
import dev.triggers.inbox.History.Place;
import dev.triggers.inbox.Redrives;
import dev.triggers.inbox.Submitting;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Throttled submissions out of the rejections' rows, into the log again. What the rows show as submitted again or accepted
 * since is refused here; what they do not show yet, by the processor.
 */
public final class PostgresRedrives implements Redrives {

    /** Bytes of data that one call reads and submits. */
    private static final int MOST_BYTES = 8 << 20;

    private static final int FETCH_ROWS = 32;

    private static final String COLUMNS = """
            select r.receipt_partition, r.receipt_offset, r.outcome, r.event_id, r.ce_id, r.source, r.type, r.subject,
                   r.time, r.dedup_id, r.extensions::text, r.data, r.decided_at,
                   (select e.sequence from inbox.event e
                    where e.event_id = r.event_id and e.org = r.org and e.accepted_at >= r.decided_at limit 1) as accepted,
                   (select l.receipt_offset from inbox.rejection l
                    where l.event_id = r.event_id and l.org = r.org and l.outcome = 'throttled'
                      and l.receipt_partition = r.receipt_partition and l.receipt_offset > r.receipt_offset
                    order by l.receipt_offset desc limit 1) as later
            from inbox.rejection r""";
    private static final String ONE = COLUMNS + " where r.org = ? and r.receipt_partition = ? and r.receipt_offset = ?";
    private static final String THROTTLED = COLUMNS + """
             where r.org = ? and r.outcome = 'throttled' and r.decided_at < ? and r.decided_at >= ?
              and (r.decided_at, r.receipt_partition, r.receipt_offset) > (?, ?, ?)
            order by r.decided_at, r.receipt_partition, r.receipt_offset limit ?""";

    private final OrgTransactions transactions;
    private final Submitting log;
    private final InstantSource clock;

    public PostgresRedrives(DataSource reader, Submitting log, InstantSource clock) {
        this.transactions = new OrgTransactions(reader);
        this.log = log;
        this.clock = clock;
    }

    /**
     * A submission that was not accepted.
     *
     * @param event absent where not all of it was kept
     * @param refusal why it may not be redriven
     */
    private record Candidate(Receipt receipt, Instant decidedAt, Optional<Event> event, Optional<String> refusal) {

        Place place() {
            return new Place(decidedAt, receipt);
        }
    }

    /** Some of them, and whether there are more. */
    private record Found(List<Candidate> page, boolean more) {}

    @Override
    public Redriven redrive(OrgId org, Receipt receipt, Plan plan) {
        Candidate candidate = transactions
                .read(org, connection -> one(connection, org, receipt))
                .orElseThrow(() -> new ProblemException(
                        ProblemCode.NOT_FOUND, "receipt: " + receipt + " (expected: one of your rejections)"));
        candidate.refusal().ifPresent(reason -> {
            throw new ProblemException(
                    ProblemCode.INVALID_PARAMETER,
                    "receipt: " + receipt + " " + reason + " (expected: throttled, and not submitted again since)");
        });
        return submit(List.of(candidate), plan).getFirst();
    }

    @Override
    public Page redriveAll(OrgId org, Plan plan, Instant before, Optional<Place> from, int most) {
        Found found = transactions.read(org, connection -> throttled(connection, org, before, from, most));
        List<Candidate> page = found.page();
        List<Candidate> some =
                page.stream().filter(one -> one.refusal().isEmpty()).toList();
        List<Redriven> redriven = some.isEmpty() ? List.of() : submit(some, plan);
        if (redriven.size() < some.size()) {
            Receipt last = redriven.getLast().receipt();
            return new Page(
                    redriven,
                    page.stream()
                            .filter(one -> one.receipt().equals(last))
                            .findFirst()
                            .map(Candidate::place));
        }
        return new Page(redriven, found.more() ? Optional.of(page.getLast().place()) : Optional.empty());
    }

    private List<Redriven> submit(List<Candidate> candidates, Plan plan) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        List<Receipt> receipts = log.submit(candidates.stream()
                .map(one -> new Submission(one.event().orElseThrow(), now, plan, Optional.of(one.receipt())))
                .toList());
        List<Redriven> redriven = new ArrayList<>();
        for (int i = 0; i < receipts.size(); i++) {
            redriven.add(new Redriven(candidates.get(i).receipt(), receipts.get(i)));
        }
        return redriven;
    }

    private static Optional<Candidate> one(Connection connection, OrgId org, Receipt receipt) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(ONE)) {
            select.setObject(1, org.value());
            select.setInt(2, receipt.partition());
            select.setLong(3, receipt.offset());
            return read(select, org, 1).page().stream().findFirst();
        }
    }

    private static Found throttled(Connection connection, OrgId org, Instant before, Optional<Place> from, int most)
            throws SQLException {
        Place after = from.orElse(new Place(Instant.EPOCH, new Receipt(0, 0)));
        OffsetDateTime decidedAt = after.decidedAt().atOffset(ZoneOffset.UTC);
        try (PreparedStatement select = connection.prepareStatement(THROTTLED)) {
            select.setFetchSize(FETCH_ROWS);
            select.setObject(1, org.value());
            select.setObject(2, before.atOffset(ZoneOffset.UTC));
            select.setObject(3, decidedAt);
            select.setObject(4, decidedAt);
            select.setInt(5, after.receipt().partition());
            select.setLong(6, after.receipt().offset());
            select.setInt(7, most + 1);
            return read(select, org, most);
        }
    }

    private static Found read(PreparedStatement select, OrgId org, int most) throws SQLException {
        List<Candidate> candidates = new ArrayList<>();
        long bytes = 0;
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                if (candidates.size() == most || bytes > MOST_BYTES) {
                    return new Found(candidates, true);
                }
                Candidate candidate = candidate(row, org);
                bytes += candidate.event().map(event -> event.data().size()).orElse(0);
                candidates.add(candidate);
            }
        }
        return new Found(candidates, false);
    }

    private static Candidate candidate(ResultSet row, OrgId org) throws SQLException {
        Receipt receipt = new Receipt(row.getInt(1), row.getLong(2));
        Optional<Event> event = event(row, org);
        return new Candidate(
                receipt,
                row.getObject(13, OffsetDateTime.class).toInstant(),
                event,
                refusal(row, receipt, event.isPresent()));
    }

    private static Optional<String> refusal(ResultSet row, Receipt receipt, boolean isWhole) throws SQLException {
        Outcome outcome = Outcome.parse(row.getString(3));
        if (outcome != Outcome.THROTTLED) {
            return Optional.of("is " + outcome);
        }
        @Nullable Long accepted = row.getObject(14, Long.class);
        if (accepted != null) {
            return Optional.of("was accepted since, as sequence " + accepted);
        }
        @Nullable Long later = row.getObject(15, Long.class);
        if (later != null) {
            return Optional.of("was submitted again as " + new Receipt(receipt.partition(), later));
        }
        return isWhole ? Optional.empty() : Optional.of("was not kept whole");
    }

    private static Optional<Event> event(ResultSet row, OrgId org) throws SQLException {
        @Nullable String ceId = row.getString(5);
        byte @Nullable [] data = row.getBytes(12);
        if (ceId == null || data == null) {
            return Optional.empty();
        }
        return Optional.of(new Event(
                org,
                new EventId(row.getObject(4, UUID.class)),
                ceId,
                row.getString(6),
                new EventType(row.getString(7)),
                Optional.ofNullable(row.getString(8)),
                OffsetDateTime.parse(row.getString(9)),
                Optional.ofNullable(row.getString(10)).map(DedupId::new),
                Extensions.read(Optional.ofNullable(row.getString(11))),
                Optional.empty(),
                Payload.of(data)));
    }
}
