package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Start;
import dev.triggers.common.event.Limits;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Uuids;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.common.wire.Marker;
import dev.triggers.inbox.DispositionLog;
import dev.triggers.inbox.InboxStatus;
import dev.triggers.inbox.InboxUnavailable;
import dev.triggers.inbox.Inboxes;
import dev.triggers.inbox.MarkerLog;
import dev.triggers.inbox.NamedInbox;
import dev.triggers.inbox.postgres.InboxRows.Row;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Inboxes over their rows, as the reading role. A change is written first, then its marker is sent. A marker that was
 * not confirmed is sent again by {@link InboxUpkeep}, so what was written is answered.
 */
public final class PostgresInboxes implements Inboxes {

    private static final Logger log = LoggerFactory.getLogger(PostgresInboxes.class);
    /** Changes of one inbox that may wait for their stamps. */
    private static final int MOST_WAITING = 16;

    private final OrgTransactions transactions;
    private final MarkerLog markers;
    private final int mostInboxes;
    private final InstantSource clock;

    /** @param mostInboxes of one org, the default one among them */
    public PostgresInboxes(DataSource reader, MarkerLog markers, int mostInboxes, InstantSource clock) {
        this.transactions = new OrgTransactions(reader);
        this.markers = markers;
        this.mostInboxes = mostInboxes;
        this.clock = clock;
    }

    /** What runs on the rows of an org. */
    @FunctionalInterface
    private interface Work<T> {
        T run(InboxRows rows) throws SQLException;
    }

    private <T> T write(OrgId org, Work<T> work) {
        return transactions.write(org, connection -> work.run(new InboxRows(connection, org)));
    }

    @Override
    public Listing list(OrgId org, ListRequest request) {
        return write(org, rows -> {
            rows.withDefault();
            return new Listing(rows.list(request), rows.count(request));
        });
    }

    @Override
    public NamedInbox create(OrgId org, NewInbox inbox) {
        Row made = write(org, rows -> {
            rows.lockAll();
            if (withKey(rows, inbox).isPresent()) {
                throw inUse(inbox, "a key that no inbox has");
            }
            return insert(rows, inbox);
        });
        return sent(org, made);
    }

    @Override
    public Ensured ensure(OrgId org, NewInbox inbox) {
        Ensured ensured = write(org, rows -> {
            rows.lockAll();
            Optional<NamedInbox> there = withKey(rows, inbox);
            if (there.isEmpty()) {
                return new Ensured(insert(rows, inbox).inbox(), true);
            }
            if (!there.get().subscription().sameAs(inbox.subscription())) {
                throw inUse(inbox, "the subscription it was created with");
            }
            return new Ensured(there.get(), false);
        });
        if (ensured.created()) {
            sent(org, new Row(ensured.inbox(), inbox.start(), 1, 0));
        }
        return ensured;
    }

    private static Optional<NamedInbox> withKey(InboxRows rows, NewInbox inbox) throws SQLException {
        return inbox.key().isEmpty()
                ? Optional.empty()
                : rows.list(new ListRequest(inbox.key(), Optional.empty(), 1, 0)).stream()
                        .findFirst();
    }

    private static ProblemException inUse(NewInbox inbox, String rule) {
        return new ProblemException(
                ProblemCode.INBOX_KEY_IN_USE,
                "key: " + Limits.cut(inbox.key().orElse("")) + " (expected: " + rule + ")");
    }

    private Row insert(InboxRows rows, NewInbox inbox) throws SQLException {
        int count = rows.count(new ListRequest(Optional.empty(), Optional.empty(), 1, 0));
        if (count >= mostInboxes) {
            throw new ProblemException(
                    ProblemCode.TOO_MANY_INBOXES,
                    "inboxes: " + count + " (expected: at most " + mostInboxes + " in an organisation)");
        }
        InboxId id = new InboxId(Uuids.ordered(clock.instant()));
        rows.insert(id, inbox);
        return rows.lock(id);
    }

    @Override
    public NamedInbox find(OrgId org, InboxId inbox) {
        return write(org, rows -> row(rows, org, inbox).inbox());
    }

    @Override
    public NamedInbox notifyAt(OrgId org, InboxId inbox, Optional<String> url) {
        return write(org, rows -> {
            row(rows, org, inbox);
            rows.notifyAt(inbox, url);
            return rows.lock(inbox).inbox();
        });
    }

    @Override
    public NamedInbox pause(OrgId org, InboxId inbox) {
        Row row = write(org, rows -> {
            Row before = own(rows, org, inbox);
            if (before.inbox().status() == InboxStatus.PAUSED) {
                return before;
            }
            requireRoom(before);
            rows.pause(inbox);
            return rows.lock(inbox);
        });
        return sent(org, row);
    }

    @Override
    public NamedInbox resume(OrgId org, InboxId inbox) {
        Row row = write(org, rows -> {
            Row before = own(rows, org, inbox);
            switch (before.inbox().status()) {
                case PAUSED -> {
                    requireRoom(before);
                    rows.resume(inbox, 1);
                }
                case INITIALIZATION_FAILURE -> rows.resume(inbox, 0);
                case INITIALIZING, ACTIVE, DELETING -> {
                    return before;
                }
            }
            return rows.lock(inbox);
        });
        return sent(org, row);
    }

    @Override
    public NamedInbox delete(OrgId org, InboxId inbox) {
        return write(org, rows -> {
            NamedInbox before = own(rows, org, inbox).inbox();
            rows.delete(inbox);
            return new NamedInbox(
                    inbox,
                    before.createdAt(),
                    Optional.empty(),
                    InboxStatus.DELETING,
                    Optional.empty(),
                    before.notificationUrl(),
                    before.subscription());
        });
    }

    @Override
    public MessagePage messages(OrgId org, InboxId inbox, long after, int limit) {
        return transactions.read(org, connection -> new MessageList(connection, org, inbox, limit).run(after));
    }

    @Override
    public Start startAt(OrgId org, Instant time) {
        return transactions.read(
                org,
                connection -> Start.from(
                        new InboxRows(connection, org).firstSince(time).orElse(InboxState.head(connection, org) + 1)));
    }

    /** The default inbox is made where it is asked for. */
    private static Row row(InboxRows rows, OrgId org, InboxId inbox) throws SQLException {
        if (inbox.equals(InboxId.defaultOf(org))) {
            rows.withDefault();
        }
        return rows.lock(inbox);
    }

    /** One that its consumers may pause and delete: not the default one. */
    private static Row own(InboxRows rows, OrgId org, InboxId inbox) throws SQLException {
        if (inbox.equals(InboxId.defaultOf(org))) {
            throw new ProblemException(
                    ProblemCode.INVALID_PARAMETER,
                    "inbox: default (expected: one that was created; the default one holds everything for good)");
        }
        return rows.lock(inbox);
    }

    private static void requireRoom(Row row) {
        if (row.asked() - row.applied() >= MOST_WAITING) {
            throw new InboxUnavailable("inbox: " + MOST_WAITING + " changes wait for their place in the order");
        }
    }

    /** Sends all markers that have no stamp yet, in order: one that comes again changes nothing. */
    private NamedInbox sent(OrgId org, Row row) {
        try {
            for (int number = row.applied() + 1; number <= row.asked(); number++) {
                markers.append(marker(org, row.inbox().id(), number, row.start(), clock.instant()));
            }
        } catch (DispositionLog.Unavailable e) {
            log.atWarn()
                    .addKeyValue("inbox", row.inbox().id())
                    .addKeyValue("cause", e.getMessage())
                    .log("marker not confirmed, it is sent again");
        }
        return row.inbox();
    }

    /** What the change of this number was: the first begins, even ones pause, odd ones resume. */
    static Marker marker(OrgId org, InboxId inbox, int number, Start start, Instant at) {
        Marker.Kind kind = number == 1 ? Marker.Kind.BEGAN : number % 2 == 0 ? Marker.Kind.PAUSED : Marker.Kind.RESUMED;
        return new Marker(org, inbox, number, kind, number == 1 ? start : Start.NOW, at);
    }
}
