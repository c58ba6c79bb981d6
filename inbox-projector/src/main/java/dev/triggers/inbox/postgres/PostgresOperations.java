package dev.triggers.inbox.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triggers.common.disposition.Disposition.Order;
import dev.triggers.common.disposition.Disposition.Ordered;
import dev.triggers.common.disposition.Disposition.Purged;
import dev.triggers.common.disposition.Disposition.Redriven;
import dev.triggers.common.disposition.Disposition.Replayed;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.event.DedupId;
import dev.triggers.common.event.Limits;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Uuids;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.inbox.DispositionLog;
import dev.triggers.inbox.MessageId;
import dev.triggers.inbox.Operations;
import dev.triggers.inbox.Operations.From.FromSequence;
import dev.triggers.inbox.Operations.From.FromTime;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/** Operations over the delivery rows, as the reading role: decided and logged under the inbox row's lock. */
public final class PostgresOperations implements Operations {

    private static final String QUARANTINED = """
            select open::text from inbox.delivery where inbox = ? and quarantined order by lower(open)""";
    private static final String NOT_LEASED = """
            select open::text from inbox.delivery
            where inbox = ? and not quarantined and (leased_until is null or leased_until <= ?)
            order by lower(open)""";
    private static final String FIRST_AT = """
            select sequence from inbox.event where org = ? and accepted_at >= ? order by sequence limit 1""";

    private static final String ALL = "all";

    private final OrgTransactions transactions;
    private final DispositionLog dispositions;
    private final UnaryOperator<Instant> clock;

    public PostgresOperations(DataSource reader, DispositionLog dispositions) {
        this(reader, dispositions, UnaryOperator.identity());
    }

    /** @param clock what the database's time is taken for */
    PostgresOperations(DataSource reader, DispositionLog dispositions, UnaryOperator<Instant> clock) {
        this.transactions = new OrgTransactions(reader);
        this.dispositions = dispositions;
        this.clock = clock;
    }

    @Override
    public Result redrive(OrgId org, InboxId inbox, Optional<List<MessageId>> messages, Asker asker) {
        return transactions.write(org, connection -> {
            DeliveryRows rows = DeliveryRows.lockOrRefuse(connection, org, inbox);
            Sequences quarantined = open(connection, QUARANTINED, inbox, Optional.empty());
            Sequences meant =
                    messages.map(ids -> quarantined.and(sequences(inbox, ids))).orElse(quarantined);
            Sequences some = meant.lowestRanges(MOST_RANGES);
            String asked = messages.map(ids -> ids.size() + " messages").orElse(ALL);
            Optional<Result> before = before(connection, inbox, Kind.REDRIVEN, asked, asker);
            if (before.isPresent()) {
                return before.get();
            }
            Order order = order(rows, inbox, asker, asked);
            return decide(connection, new Redriven(org, inbox, some, rows.now(), order), meant.size() - some.size());
        });
    }

    @Override
    public Result replay(OrgId org, InboxId inbox, From from, Asker asker) {
        return transactions.write(org, connection -> {
            DeliveryRows rows = DeliveryRows.lockOrRefuse(connection, org, inbox);
            Optional<Result> before = before(connection, inbox, Kind.REPLAYED, from.toString(), asker);
            if (before.isPresent()) {
                return before.get();
            }
            long first = switch (from) {
                case FromSequence(long sequence) -> sequence;
                case FromTime(Instant time) -> firstAt(connection, org, time);
            };
            Sequences past = rows.state()
                    .entering(Sequences.between(Math.max(first, rows.leases().oldestKept()), rows.frontier()));
            Order order = order(rows, inbox, asker, from.toString());
            return decide(connection, new Replayed(org, inbox, past, rows.now(), order), 0);
        });
    }

    /** Takes effect at once: nothing that stands in the log before it and is not applied yet can open what it closed. */
    @Override
    public Result purge(OrgId org, InboxId inbox, Asker asker) {
        return transactions.write(org, connection -> {
            DeliveryRows rows = DeliveryRows.lockOrRefuse(connection, org, inbox);
            Optional<Result> before = before(connection, inbox, Kind.PURGED, ALL, asker);
            if (before.isPresent()) {
                return before.get();
            }
            Sequences returned = open(connection, NOT_LEASED, inbox, Optional.of(clock.apply(rows.now())));
            Sequences fresh = rows.ahead(rows.leases().head());
            Sequences meant = returned.plus(fresh);
            Sequences some = meant.lowestRanges(MOST_RANGES);
            Purged purged = new Purged(org, inbox, some, rows.now(), order(rows, inbox, asker, ALL));
            Result result = decide(connection, purged, meant.size() - some.size());
            if (!some.isEmpty()) {
                rows.acknowledge(some);
                OperationRows.settled(connection, inbox, some);
            }
            return result;
        });
    }

    private Result decide(Connection connection, Ordered operation, long remaining) throws SQLException {
        if (operation.sequences().isEmpty()) {
            return new Result(Optional.empty(), remaining);
        }
        dispositions.append(operation);
        if (operation instanceof Purged) {
            OperationRows.applied(connection, operation);
        } else {
            OperationRows.decided(connection, operation);
        }
        return new Result(
                OperationRows.find(
                        connection, operation.inbox(), operation.order().id()),
                remaining);
    }

    /** What a request of this name has done already. */
    private static Optional<Result> before(Connection connection, InboxId inbox, Kind kind, String asked, Asker asker)
            throws SQLException {
        Optional<Operation> known = asker.request().isEmpty()
                ? Optional.empty()
                : OperationRows.find(
                        connection, inbox, named(inbox, asker.request().get()));
        if (known.isPresent()
                && (known.get().kind() != kind || !known.get().asked().equals(asked))) {
            throw new ProblemException(
                    ProblemCode.INVALID_PARAMETER,
                    "Idempotency-Key: " + Limits.cut(asker.request().get().value())
                            + " (expected: one that no other request to this inbox had)");
        }
        return known.map(operation -> new Result(Optional.of(operation), 0));
    }

    private static Order order(DeliveryRows rows, InboxId inbox, Asker asker, String asked) throws SQLException {
        Instant now = rows.now();
        UUID id = asker.request().map(request -> named(inbox, request)).orElseGet(() -> Uuids.ordered(now));
        return new Order(id, asker.keyId(), asked);
    }

    private static UUID named(InboxId inbox, DedupId request) {
        return Uuids.derived(("operation " + inbox + " " + request).getBytes(UTF_8));
    }

    private static Sequences sequences(InboxId inbox, List<MessageId> ids) {
        return Sequences.of(
                ids.stream().flatMap(id -> id.sequenceIn(inbox).stream()).mapToLong(Long::longValue));
    }

    private static Sequences open(Connection connection, String sql, InboxId inbox, Optional<Instant> now)
            throws SQLException {
        List<Sequences> open = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setObject(1, inbox.value());
            if (now.isPresent()) {
                select.setObject(2, now.get().atOffset(ZoneOffset.UTC));
            }
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    open.add(Sequences.parse(row.getString(1)));
                }
            }
        }
        return Sequences.union(open);
    }

    private static long firstAt(Connection connection, OrgId org, Instant time) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(FIRST_AT)) {
            select.setObject(1, org.value());
            select.setObject(2, time.atOffset(ZoneOffset.UTC));
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getLong(1) : Long.MAX_VALUE;
            }
        }
    }

    @Override
    public Optional<Operation> find(OrgId org, InboxId inbox, UUID id) {
        return transactions.read(org, connection -> OperationRows.find(connection, inbox, id));
    }

    @Override
    public List<Operation> list(OrgId org, InboxId inbox, Optional<Place> after, int limit) {
        return transactions.read(org, connection -> {
            InboxRow.require(connection, org, inbox);
            return OperationRows.list(connection, inbox, after, limit);
        });
    }
}
