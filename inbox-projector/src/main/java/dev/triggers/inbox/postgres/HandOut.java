package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.Sequences;
import dev.triggers.inbox.EventFilter;
import dev.triggers.inbox.InboxAttributes;
import dev.triggers.inbox.LeaseId;
import dev.triggers.inbox.LeasePolicy;
import dev.triggers.inbox.Leases.Lease;
import dev.triggers.inbox.Message;
import dev.triggers.inbox.Message.Status;
import dev.triggers.inbox.postgres.LeaseRows.State;
import dev.triggers.inbox.postgres.MessageRows.Found;
import dev.triggers.inbox.postgres.MessageRows.Most;
import dev.triggers.inbox.postgres.MessageRows.Standing;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One lease in the making: what went back first, then what was never handed out, in order, up to a count and a size. */
final class HandOut {

    private final Turn turn;
    private final DeliveryRows rows;
    private final LeaseRows leases;
    private final MessageRows events;
    private final EventFilter filter;
    private final LeasePolicy policy;
    private final List<Part> parts = new ArrayList<>();
    private boolean setAside;
    private Sequences picked = Sequences.NONE;
    private Sequences fresh = Sequences.NONE;

    HandOut(Turn turn, LeasePolicy policy) throws SQLException {
        this.turn = turn;
        this.rows = turn.rows();
        this.leases = rows.leases();
        this.events = new MessageRows(turn.connection(), turn.org(), turn.inbox());
        this.filter = rows.state().filter();
        this.policy = policy;
    }

    /** A part of a row that may go out. */
    private record Part(LeasableRow row, Sequences sequences) {}

    /**
     * Empty: nothing is there. A lease without messages: what was there is gone, no longer kept, set aside, or not for this
     * inbox; there may be more behind it. Without the log nothing can be set aside: what would have to be stays where it
     * is.
     */
    Optional<Lease> lease(int most, Instant until) throws SQLException {
        boolean alone = pickReturned(most);
        if (!alone) {
            pickFresh(most);
        }
        Sequences wanted = picked.plus(fresh);
        if (wanted.isEmpty()) {
            return setAside ? Optional.of(nothing(until)) : Optional.empty();
        }
        Found found = read(wanted, new Most(most, policy.mostBytes()));
        List<Message> messages = found.messages();
        if (messages.isEmpty()) {
            forget();
            setAside(found.placeholders());
            return Optional.of(nothing(until));
        }
        Sequences taken = Sequences.of(messages.stream().mapToLong(Message::sequence));
        Sequences looked = found.all() ? wanted : wanted.minus(wanted.above(taken.last()));
        long frontier = Math.max(
                rows.frontier(),
                fresh.and(looked).isEmpty() ? 0 : fresh.and(looked).last());
        long number = rows.nextLease(frontier);
        handOut(taken, number, until);
        rows.forget(picked.and(looked).minus(taken));
        setAside(found.placeholders().and(looked));
        return Optional.of(new Lease(new LeaseId(turn.inbox(), number, taken), until, messages, attributes()));
    }

    private Found read(Sequences wanted, Most most) throws SQLException {
        return picked.isEmpty() && filter.isAll()
                ? turn.readAhead(events, wanted, most, this::standing)
                : events.withPayloads(wanted, filter, most, this::standing);
    }

    private Lease nothing(Instant until) {
        return new Lease(new LeaseId(turn.inbox(), 0, Sequences.NONE), until, List.of(), attributes());
    }

    private InboxAttributes attributes() {
        InboxState state = rows.state();
        return new InboxAttributes(state.status(), state.pausedReason(), false);
    }

    /** Nothing of what was picked is kept for this inbox. Nothing is kept at all before the oldest event that is. */
    private void forget() throws SQLException {
        rows.forget(picked);
        rows.forgetBefore(leases.oldestKept());
        if (!fresh.isEmpty()) {
            rows.skipTo(fresh.last());
        }
    }

    /** True when a message that failed often was found, which goes alone. */
    private boolean pickReturned(int most) throws SQLException {
        int lessOftenThan = turn.logIsThere() ? Integer.MAX_VALUE : policy.quarantineAfter();
        List<LeasableRow> hopeless = new ArrayList<>();
        for (LeasableRow row : turn.available(lessOftenThan, most)) {
            if (row.leaseCount() >= policy.quarantineAfter()) {
                hopeless.add(row);
            } else if (row.leaseCount() >= policy.aloneAfter()) {
                if (picked.isEmpty()) {
                    pick(row, 1);
                    setAside(hopeless);
                    return true;
                }
            } else if (picked.size() < most) {
                // What was never handed out may not be for this inbox: after a rebuild it was not looked at yet.
                pick(row, filter.isAll() || row.leaseCount() > 0 ? most - picked.size() : filter.step());
            }
        }
        setAside(hopeless);
        return false;
    }

    private void pick(LeasableRow row, long most) {
        Sequences part = row.open().lowest(most);
        parts.add(new Part(row, part));
        picked = picked.plus(part);
    }

    private void setAside(List<LeasableRow> hopeless) throws SQLException {
        if (!hopeless.isEmpty()) {
            turn.quarantine(
                    Sequences.union(hopeless.stream().map(LeasableRow::open).toList()));
            setAside = true;
        }
    }

    /**
     * Whose place they hold nobody could keep: no consumer is given them. Not a decision: looked at again after a rebuild,
     * they are set aside again.
     */
    private void setAside(Sequences placeholders) throws SQLException {
        if (!placeholders.isEmpty()) {
            leases.insert(placeholders, State.setAside(0));
        }
    }

    private void pickFresh(int most) throws SQLException {
        long left = most - picked.size();
        if (left > 0) {
            fresh = rows.ahead().lowest(filter.isAll() ? left : filter.step());
        }
    }

    private Standing standing(long sequence) {
        int before = parts.stream()
                .filter(part -> part.sequences().contains(sequence))
                .mapToInt(part -> part.row().leaseCount())
                .findFirst()
                .orElse(0);
        return new Standing(Status.LEASED, before + 1);
    }

    private void handOut(Sequences taken, long lease, Instant until) throws SQLException {
        for (Part part : parts) {
            Sequences now = part.sequences().and(taken);
            leases.change(part.row(), now, State.leased(lease, until, part.row().leaseCount() + 1));
        }
        Sequences never = fresh.and(taken);
        if (!never.isEmpty()) {
            rows.handOut(never, lease, until);
        }
    }
}
