package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.inbox.DispositionLog;
import dev.triggers.inbox.DispositionLog.Appending;
import dev.triggers.inbox.InboxUnavailable;
import dev.triggers.inbox.postgres.LeaseRows.Held;
import dev.triggers.inbox.postgres.TurnQueue.Place;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/**
 * Writes to inboxes under their rows' locks, as the reading role. Those of one inbox that come at the same time share a
 * transaction, an append to the log and a commit. The inbox is held from the decision over the append to the commit, so
 * that the log has decisions in the order in which they were made.
 */
public final class InboxTurns {

    /** Longer than a transaction may take: a connection, the lock, the statements and the log each have a shorter bound. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final OrgTransactions transactions;
    private final DispositionLog dispositions;
    private final UnaryOperator<Instant> clock;
    private final ConcurrentHashMap<Key, Queue> queues = new ConcurrentHashMap<>();

    public InboxTurns(DataSource reader, DispositionLog dispositions) {
        this(reader, dispositions, UnaryOperator.identity());
    }

    /** @param clock what the database's time is taken for */
    InboxTurns(DataSource reader, DispositionLog dispositions, UnaryOperator<Instant> clock) {
        this.transactions = OrgTransactions.plannedOnce(reader);
        this.dispositions = dispositions;
        this.clock = clock;
    }

    private record Key(OrgId org, InboxId inbox) {}

    private record Queue(TurnQueue turns, int users) {}

    OrgTransactions transactions() {
        return transactions;
    }

    UnaryOperator<Instant> clock() {
        return clock;
    }

    /**
     * Does it in one of the inbox's next turns. Throws {@link InboxUnavailable}, {@link DispositionLog.Unavailable}, and
     * {@code not_found} where the org has no such inbox.
     */
    <T> T run(OrgId org, InboxId inbox, InboxWrite<T> write) {
        Key key = new Key(org, inbox);
        Queue queue = queues.compute(
                key,
                (_, known) -> known == null
                        ? new Queue(new TurnQueue(PATIENCE), 1)
                        : new Queue(known.turns, known.users + 1));
        try {
            return queue.turns.run(write, together -> take(key, together));
        } finally {
            queues.computeIfPresent(
                    key, (_, known) -> known.users == 1 ? null : new Queue(known.turns, known.users - 1));
        }
    }

    /** How many wait for their turn. */
    int waiting(OrgId org, InboxId inbox) {
        Queue queue = queues.get(new Key(org, inbox));
        return queue == null ? 0 : queue.turns.waiting();
    }

    private void take(Key key, List<Place<?>> together) {
        List<Place<?>> decidingFirst = new ArrayList<>(together);
        decidingFirst.sort(
                (a, b) -> Boolean.compare(b.write().decides(), a.write().decides()));
        try {
            attempt(key, decidingFirst, true);
        } catch (DispositionLog.Unavailable away) {
            takeWithoutLog(key, decidingFirst, away);
        } catch (RuntimeException e) {
            together.forEach(place -> place.fail(e));
        }
    }

    /** What has to be logged fails; the rest does not wait for the log. */
    private void takeWithoutLog(Key key, List<Place<?>> together, DispositionLog.Unavailable away) {
        List<Place<?>> rest = new ArrayList<>();
        for (Place<?> place : together) {
            if (!place.write().decides()) {
                rest.add(place);
            } else if (!place.failed()) {
                place.fail(away);
            }
        }
        if (rest.isEmpty()) {
            return;
        }
        try {
            attempt(key, rest, false);
        } catch (RuntimeException e) {
            rest.forEach(place -> place.fail(e));
        }
    }

    private void attempt(Key key, List<Place<?>> together, boolean logIsThere) {
        List<? extends InboxWrite<?>> writes =
                together.stream().map(Place::write).toList();
        Start start = new Start(
                key,
                Turn.settles(writes).boxed().toList(),
                writes.stream()
                        .flatMap(write -> write.ids().stream())
                        .distinct()
                        .toList());
        transactions.write(key.org, start, (connection, found) -> {
            DeliveryRows rows = found.rows.isPresent()
                    ? found.rows.get()
                    : DeliveryRows.lockOrRefuse(connection, key.org, key.inbox);
            Instant now = clock.apply(rows.now()).truncatedTo(ChronoUnit.MICROS); // what PostgreSQL keeps of a time
            try (Turn turn =
                    new Turn(connection, key.org, key.inbox, rows, now, writes, found.held, found.ids, logIsThere)) {
                take(turn, together);
            }
            return together.size();
        });
    }

    /** The inbox, locked, what leases hold, and where events stand. */
    private record Found(Optional<DeliveryRows> rows, List<Held> held, EventIds ids) {}

    /** Locks an inbox and reads what leases hold, of which some may have ended, and where events stand. */
    private record Start(Key key, List<Long> leases, List<EventId> ids) implements OrgTransactions.Opening<Found> {

        @Override
        public List<String> queries() {
            List<String> queries = new ArrayList<>(List.of(DeliveryRows.LOCK));
            if (!leases.isEmpty()) {
                queries.add(LeaseRows.HELD);
            }
            if (!ids.isEmpty()) {
                queries.add(EventIds.SEQUENCES);
            }
            return queries;
        }

        @Override
        public void set(PreparedStatement queries, int from) throws SQLException {
            int next = DeliveryRows.set(queries, from, key.org, key.inbox);
            if (!leases.isEmpty()) {
                next = LeaseRows.set(queries, next, key.inbox, leases);
            }
            if (!ids.isEmpty()) {
                EventIds.set(queries, next, key.org, ids);
            }
        }

        @Override
        public Found read(Connection connection, OrgTransactions.Results results) throws SQLException {
            Optional<DeliveryRows> rows = DeliveryRows.read(connection, key.org, key.inbox, results.next());
            List<Held> held = leases.isEmpty() ? List.of() : LeaseRows.held(results.next());
            return new Found(rows, held, ids.isEmpty() ? EventIds.NONE : EventIds.read(results.next()));
        }
    }

    /** While the log takes what was decided, the rest is done. Nothing is committed before it has confirmed all. */
    private void take(Turn turn, List<Place<?>> decidingFirst) throws SQLException {
        List<Appending> underWay = new ArrayList<>();
        boolean begun = false;
        for (Place<?> place : decidingFirst) {
            if (!begun && !place.write().decides()) {
                begun = true;
                append(turn, underWay);
            }
            run(place, turn);
        }
        append(turn, underWay);
        turn.finish();
        underWay.forEach(Appending::await);
    }

    private void append(Turn turn, List<Appending> underWay) throws SQLException {
        List<Disposition> decided = turn.decided();
        if (!decided.isEmpty()) {
            underWay.add(dispositions.begin(decided));
        }
    }

    private static <T> void run(Place<T> place, Turn turn) throws SQLException {
        try {
            place.answer(place.write().run(turn));
        } catch (ProblemException refused) {
            place.fail(refused);
        }
    }
}
