package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.event.Limits;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.inbox.InboxAttributes;
import dev.triggers.inbox.LeaseId;
import dev.triggers.inbox.LeasePolicy;
import dev.triggers.inbox.Leases;
import dev.triggers.inbox.Message;
import dev.triggers.inbox.Message.Status;
import dev.triggers.inbox.MessageId;
import dev.triggers.inbox.postgres.LeaseRows.State;
import dev.triggers.inbox.postgres.MessageRows.Standing;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Leases over the delivery rows, as the reading role. Each write is one in a {@link Turn}; time is the database's, so
 * that all instances agree on when a lease ends.
 */
public final class PostgresLeases implements Leases {

    /** Rounds of one call over events that are no longer kept, or not for the inbox: each a turn of its own. */
    private static final int MOST_ROUNDS = 200;

    private static final String ATTRIBUTES = """
            select exists (select from inbox.delivery d where d.inbox = i.id and not d.quarantined), %s
            from inbox.inbox i where i.id = ? and i.org = ? and i.status <> 'deleting'""".formatted(InboxState.COLUMNS);

    private final InboxTurns turns;
    private final LeasePolicy policy;
    private final HandedOut handedOut = new HandedOut();

    public PostgresLeases(InboxTurns turns, LeasePolicy policy) {
        this.turns = turns;
        this.policy = policy;
    }

    @Override
    public Optional<Lease> lease(OrgId org, InboxId inbox, int most, Duration time) {
        for (int round = 0; round < MOST_ROUNDS; round++) {
            Optional<Lease> lease = turns.run(
                    org,
                    inbox,
                    InboxWrite.taking(
                            most,
                            turn -> new HandOut(turn, policy)
                                    .lease(most, turn.now().plus(time))));
            if (lease.isEmpty() || !lease.get().messages().isEmpty()) {
                lease.ifPresent(handedOut::remember);
                return lease;
            }
        }
        return Optional.empty();
    }

    @Override
    public InboxAttributes attributes(OrgId org, InboxId inbox) {
        return turns.transactions().read(org, connection -> {
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

    /** What was acknowledged is read once it is, where this instance did not hand it out: nobody has to wait for that. */
    @Override
    public List<Message> acknowledge(OrgId org, InboxId inbox, LeaseId lease, Optional<List<MessageId>> messages) {
        Meant done = turns.run(org, inbox, InboxWrite.settling(lease.number(), turn -> {
            Meant meant = meant(turn, turn.unsettledRows(), lease, messages);
            turn.acknowledge(meant.held, meant.heldRows);
            return meant;
        }));
        Sequences all = done.held.plus(done.done);
        return handedOut
                .acknowledged(lease, all, done::leaseCount)
                .orElseGet(() -> turns.transactions()
                        .read(
                                org,
                                connection -> new MessageRows(connection, org, inbox)
                                        .withoutPayloads(all, s -> new Standing(Status.ACKED, done.leaseCount(s)))));
    }

    @Override
    public List<Message> release(
            OrgId org, InboxId inbox, LeaseId lease, Optional<List<MessageId>> messages, Duration delay) {
        return turns.run(org, inbox, InboxWrite.passing(turn -> {
            Meant meant = meant(turn, turn.rows(), lease, messages);
            Optional<Instant> availableAt =
                    delay.isZero() ? Optional.empty() : Optional.of(turn.now().plus(delay));
            for (LeasableRow row : meant.heldRows) {
                turn.rows()
                        .leases()
                        .change(row, row.open().and(meant.held), State.released(availableAt, row.leaseCount()));
            }
            turn.givenBack();
            Notifications.tell(turn.connection(), List.of(org));
            return messages(turn).withoutPayloads(meant.held, s -> new Standing(Status.AVAILABLE, meant.leaseCount(s)));
        }));
    }

    @Override
    public List<Message> reject(OrgId org, InboxId inbox, LeaseId lease, Optional<List<MessageId>> messages) {
        return turns.run(org, inbox, InboxWrite.deciding(turn -> {
            Meant meant = meant(turn, turn.rows(), lease, messages);
            if (!meant.held.isEmpty()) {
                turn.quarantine(meant.held);
            }
            return messages(turn)
                    .withoutPayloads(meant.held, s -> new Standing(Status.QUARANTINED, meant.leaseCount(s)));
        }));
    }

    @Override
    public Instant renew(OrgId org, InboxId inbox, LeaseId lease, Duration time) {
        return turns.run(org, inbox, InboxWrite.passing(turn -> {
            Meant meant = meant(turn, turn.rows(), lease, Optional.empty());
            if (meant.heldRows.isEmpty()) {
                throw expired();
            }
            Instant until = turn.now().plus(time);
            for (LeasableRow row : meant.heldRows) {
                turn.rows().leases().change(row, row.open(), State.leased(lease.number(), until, row.leaseCount()));
            }
            return until;
        }));
    }

    @Override
    public Optional<Duration> untilReturn(OrgId org, InboxId inbox) {
        return turns.transactions()
                .read(org, connection -> new StatsQuery(connection, org, inbox).untilReturn(turns.clock()));
    }

    @Override
    public Stats stats(OrgId org, InboxId inbox) {
        return turns.transactions().read(org, connection -> new StatsQuery(connection, org, inbox).run(turns.clock()));
    }

    private static MessageRows messages(Turn turn) {
        return new MessageRows(turn.connection(), turn.org(), turn.inbox());
    }

    /** What a request about a lease is about: what of it is still held, and what was done before. */
    private record Meant(List<LeasableRow> heldRows, Sequences held, Sequences done) {

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
    private static Meant meant(Turn turn, DeliveryRows rows, LeaseId lease, Optional<List<MessageId>> messages)
            throws SQLException {
        Sequences asked =
                messages.map(ids -> sequences(turn.inbox(), lease, ids)).orElse(lease.sequences());
        List<LeasableRow> heldRows = turn.held(lease.number());
        Sequences all = Sequences.union(heldRows.stream().map(LeasableRow::open).toList());
        Sequences held = asked.and(all.minus(turn.acknowledged()));
        Sequences others = asked.minus(held);
        Sequences open = others.isEmpty()
                ? Sequences.NONE
                : rows.openAmong(others.stream().boxed().toList()).minus(turn.acknowledged());
        Sequences gone = rows.handOutAgainAmong(open);
        if (!gone.isEmpty() && (messages.isPresent() || held.isEmpty())) {
            throw expired();
        }
        return new Meant(heldRows, held, others.minus(open));
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
