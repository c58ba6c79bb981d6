package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.disposition.Disposition.Acknowledged;
import dev.triggers.common.disposition.Disposition.Quarantined;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.event.Limits;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.inbox.DispositionLog;
import dev.triggers.inbox.InboxAttributes;
import dev.triggers.inbox.LeaseId;
import dev.triggers.inbox.LeasePolicy;
import dev.triggers.inbox.Leases;
import dev.triggers.inbox.Message;
import dev.triggers.inbox.Message.Status;
import dev.triggers.inbox.MessageId;
import dev.triggers.inbox.postgres.LeaseRows.State;
import dev.triggers.inbox.postgres.MessageRows.Standing;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import javax.sql.DataSource;

/**
 * Leases over the delivery rows, as the reading role. Each call is one transaction under the inbox row's lock; time is
 * the database's, so that all instances agree on when a lease ends.
 */
public final class PostgresLeases implements Leases {

    /** Rounds of one call over events that are no longer kept, or not for the inbox: each a transaction. */
    private static final int MOST_ROUNDS = 200;

    private static final String ATTRIBUTES = """
            select exists (select from inbox.delivery d where d.inbox = i.id and not d.quarantined), %s
            from inbox.inbox i where i.id = ? and i.org = ? and i.status <> 'deleting'""".formatted(InboxState.COLUMNS);

    private final OrgTransactions transactions;
    private final DispositionLog dispositions;
    private final LeasePolicy policy;
    private final UnaryOperator<Instant> clock;

    public PostgresLeases(DataSource reader, DispositionLog dispositions, LeasePolicy policy) {
        this(reader, dispositions, policy, UnaryOperator.identity());
    }

    /** @param clock what the database's time is taken for */
    PostgresLeases(DataSource reader, DispositionLog dispositions, LeasePolicy policy, UnaryOperator<Instant> clock) {
        this.transactions = new OrgTransactions(reader);
        this.dispositions = dispositions;
        this.policy = policy;
        this.clock = clock;
    }

    @Override
    public Optional<Lease> lease(OrgId org, InboxId inbox, int most, Duration time) {
        for (int round = 0; round < MOST_ROUNDS; round++) {
            Optional<Lease> lease = transactions.write(org, connection -> {
                DeliveryRows rows = DeliveryRows.lockOrRefuse(connection, org, inbox);
                Instant now = clock.apply(rows.now());
                return new HandOut(connection, org, inbox, rows, policy, dispositions, now).lease(most, now.plus(time));
            });
            if (lease.isEmpty() || !lease.get().messages().isEmpty()) {
                return lease;
            }
        }
        return Optional.empty();
    }

    @Override
    public InboxAttributes attributes(OrgId org, InboxId inbox) {
        return transactions.read(org, connection -> {
            try (PreparedStatement select = connection.prepareStatement(ATTRIBUTES)) {
                select.setObject(1, inbox.value());
                select.setObject(2, org.value());
                try (ResultSet row = select.executeQuery()) {
                    boolean there = row.next();
                    InboxState state = there ? InboxState.read(row, 2) : InboxState.untouched(org, inbox);
                    return state.attributes(InboxState.head(connection, org), there && row.getBoolean(1));
                }
            }
        });
    }

    @Override
    public List<Message> acknowledge(OrgId org, InboxId inbox, LeaseId lease, Optional<List<MessageId>> messages) {
        return transactions.write(org, connection -> {
            Meant meant = meant(connection, org, inbox, lease, messages);
            if (!meant.held.isEmpty()) {
                append(new Acknowledged(org, inbox, meant.held, meant.now));
                meant.rows.acknowledge(meant.held);
            }
            return new MessageRows(connection, org, inbox)
                    .withoutPayloads(meant.held.plus(meant.done), s -> new Standing(Status.ACKED, meant.leaseCount(s)));
        });
    }

    @Override
    public List<Message> release(
            OrgId org, InboxId inbox, LeaseId lease, Optional<List<MessageId>> messages, Duration delay) {
        return transactions.write(org, connection -> {
            Meant meant = meant(connection, org, inbox, lease, messages);
            Optional<Instant> availableAt = delay.isZero() ? Optional.empty() : Optional.of(meant.now.plus(delay));
            for (LeasableRow row : meant.heldRows) {
                meant.rows
                        .leases()
                        .change(row, row.open().and(meant.held), State.released(availableAt, row.leaseCount()));
            }
            Notifications.tell(connection, List.of(org));
            return new MessageRows(connection, org, inbox)
                    .withoutPayloads(meant.held, s -> new Standing(Status.AVAILABLE, meant.leaseCount(s)));
        });
    }

    @Override
    public List<Message> reject(OrgId org, InboxId inbox, LeaseId lease, Optional<List<MessageId>> messages) {
        return transactions.write(org, connection -> {
            Meant meant = meant(connection, org, inbox, lease, messages);
            if (!meant.held.isEmpty()) {
                append(new Quarantined(org, inbox, meant.held, meant.now));
                meant.rows.quarantine(meant.held);
            }
            return new MessageRows(connection, org, inbox)
                    .withoutPayloads(meant.held, s -> new Standing(Status.QUARANTINED, meant.leaseCount(s)));
        });
    }

    @Override
    public Instant renew(OrgId org, InboxId inbox, LeaseId lease, Duration time) {
        return transactions.write(org, connection -> {
            Meant meant = meant(connection, org, inbox, lease, Optional.empty());
            if (meant.heldRows.isEmpty()) {
                throw expired();
            }
            Instant until = meant.now.plus(time);
            for (LeasableRow row : meant.heldRows) {
                meant.rows.leases().change(row, row.open(), State.leased(lease.number(), until, row.leaseCount()));
            }
            return until;
        });
    }

    @Override
    public Optional<Duration> untilReturn(OrgId org, InboxId inbox) {
        return transactions.read(org, connection -> new StatsQuery(connection, org, inbox).untilReturn(clock));
    }

    @Override
    public Stats stats(OrgId org, InboxId inbox) {
        return transactions.read(org, connection -> new StatsQuery(connection, org, inbox).run(clock));
    }

    private void append(Disposition disposition) {
        dispositions.append(disposition);
    }

    /** What a request about a lease is about: what of it is still held, and what was done before. */
    private record Meant(DeliveryRows rows, Instant now, List<LeasableRow> heldRows, Sequences held, Sequences done) {

        int leaseCount(long sequence) {
            return heldRows.stream()
                    .filter(row -> row.open().contains(sequence))
                    .mapToInt(LeasableRow::leaseCount)
                    .findFirst()
                    .orElse(0);
        }
    }

    /**
     * Named messages are taken all or none: one that went back to the inbox ends the request. Of a whole lease, what it
     * still holds is meant, unless that is nothing and something of it went back.
     */
    private Meant meant(
            Connection connection, OrgId org, InboxId inbox, LeaseId lease, Optional<List<MessageId>> messages)
            throws SQLException {
        Sequences asked = messages.map(ids -> sequences(inbox, lease, ids)).orElse(lease.sequences());
        DeliveryRows rows = DeliveryRows.lockOrRefuse(connection, org, inbox);
        Instant now = clock.apply(rows.now());
        List<LeasableRow> heldRows = rows.leases().held(lease.number(), now);
        Sequences all = Sequences.NONE;
        for (LeasableRow row : heldRows) {
            all = all.plus(row.open());
        }
        Sequences held = asked.and(all);
        Sequences others = asked.minus(held);
        Sequences open = rows.openAmong(others.stream().boxed().toList());
        Sequences gone = rows.handOutAgainAmong(open);
        if (!gone.isEmpty() && (messages.isPresent() || held.isEmpty())) {
            throw expired();
        }
        return new Meant(rows, now, heldRows, held, others.minus(open));
    }

    private static Sequences sequences(InboxId inbox, LeaseId lease, List<MessageId> ids) {
        List<Long> sequences = new ArrayList<>();
        for (MessageId id : ids) {
            long sequence = id.sequenceIn(inbox)
                    .filter(lease.sequences()::contains)
                    .orElseThrow(() -> new ProblemException(
                            ProblemCode.INVALID_PARAMETER,
                            "message_ids[" + sequences.size() + "]: " + Limits.cut(id.toString())
                                    + " (expected: a message of this lease)"));
            sequences.add(sequence);
        }
        return Sequences.of(sequences.stream().flatMapToLong(LongStream::of));
    }

    private static ProblemException expired() {
        return new ProblemException(
                ProblemCode.LEASE_EXPIRED, "lease_id: ended, its messages went back (expected: a lease that lasts)");
    }
}
