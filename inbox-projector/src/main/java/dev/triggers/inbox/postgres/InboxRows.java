package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Start;
import dev.triggers.common.event.OrgId;
import dev.triggers.inbox.InboxStatus;
import dev.triggers.inbox.Inboxes.ListRequest;
import dev.triggers.inbox.Inboxes.NewInbox;
import dev.triggers.inbox.NamedInbox;
import dev.triggers.inbox.Subscription;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The definitions of an org's inboxes, in the caller's transaction. Those that are being deleted are not among them. */
final class InboxRows {

    private static final String COLUMNS = "id, created_at, key, status, paused_reason, notification_url, app_key,"
            + " action_key, connection_id::text, inputs::text, start, asked, applied";

    private static final String ONE_CHANGE_AT_A_TIME = """
            select pg_advisory_xact_lock(hashtextextended('inboxes of ' || ?, 0))""";
    private static final String ASKED = """
            org = ? and status <> 'deleting'
            and (?::text is null or key = ?) and (?::text is null or status = ?)""";
    private static final String LIST =
            "select " + COLUMNS + " from inbox.inbox where " + ASKED + " order by created_at, id limit ? offset ?";
    private static final String COUNT = "select count(*) from inbox.inbox where " + ASKED;
    private static final String FIND =
            "select " + COLUMNS + " from inbox.inbox where org = ? and id = ? and status <> 'deleting'";
    private static final String INSERT = """
            insert into inbox.inbox
              (id, org, key, status, notification_url, app_key, action_key, connection_id, inputs, start, windows,
               asked, asked_at)
            values (?, ?, ?, 'initializing', ?, ?, ?, ?::json, ?::json, ?, '{}', 1, now())""";
    private static final String NOTIFY_AT = "update inbox.inbox set notification_url = ? where org = ? and id = ?";
    /** Nothing above the head enters before the pause has its stamp. */
    private static final String PAUSE = """
            update inbox.inbox
            set status = 'paused', paused_reason = 'user', asked = asked + 1, asked_at = now(), resent = 0,
                ceiling = coalesce(ceiling, (select sequence from inbox.head where org = ?), 0)
            where org = ? and id = ?""";

    private static final String RESUME = """
            update inbox.inbox
            set status = 'initializing', paused_reason = null, asked = asked + ?, asked_at = now(), resent = 0
            where org = ? and id = ?""";
    private static final String DELETE = """
            update inbox.inbox set status = 'deleting', key = null, paused_reason = null, asked_at = now()
            where org = ? and id = ?""";
    private static final String FIRST_SINCE = """
            select min(sequence) from inbox.event where org = ? and accepted_at >= ?""";

    private final Connection connection;
    private final OrgId org;

    InboxRows(Connection connection, OrgId org) {
        this.connection = connection;
        this.org = org;
    }

    /**
     * A row.
     *
     * @param asked number of the last change that was asked for
     * @param applied number of the last one that was stamped
     */
    record Row(NamedInbox inbox, Start start, int asked, int applied) {}

    /** The default inbox is there from now on. */
    void withDefault() throws SQLException {
        DeliveryRows.createDefault(connection, org);
    }

    /** The same, and until the transaction ends nobody else makes inboxes of this org. */
    void lockAll() throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement(ONE_CHANGE_AT_A_TIME)) {
            lock.setString(1, org.toString());
            lock.execute();
        }
        withDefault();
    }

    List<NamedInbox> list(ListRequest request) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(LIST)) {
            int next = setAsked(select, request);
            select.setInt(next, request.limit());
            select.setInt(next + 1, request.offset());
            return rows(select).stream().map(Row::inbox).toList();
        }
    }

    int count(ListRequest request) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(COUNT)) {
            setAsked(select, request);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    private int setAsked(PreparedStatement select, ListRequest request) throws SQLException {
        @Nullable String key = request.key().orElse(null);
        @Nullable String status = request.status().map(InboxStatus::toString).orElse(null);
        select.setObject(1, org.value());
        select.setString(2, key);
        select.setString(3, key);
        select.setString(4, status);
        select.setString(5, status);
        return 6;
    }

    Optional<Row> find(InboxId inbox) throws SQLException {
        return find(FIND, inbox);
    }

    /** Throws {@code not_found}. Locked until the transaction ends. */
    Row lock(InboxId inbox) throws SQLException {
        return find(FIND + " for update", inbox).orElseThrow(() -> InboxRow.unknown(inbox));
    }

    private Optional<Row> find(String sql, InboxId inbox) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setObject(1, org.value());
            select.setObject(2, inbox.value());
            return rows(select).stream().findFirst();
        }
    }

    void insert(InboxId id, NewInbox inbox) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            insert.setObject(1, id.value());
            insert.setObject(2, org.value());
            insert.setString(3, inbox.key().orElse(null));
            insert.setString(4, inbox.notificationUrl().orElse(null));
            insert.setString(5, inbox.subscription().appKey());
            insert.setString(6, inbox.subscription().actionKey());
            insert.setString(7, inbox.subscription().connectionId());
            insert.setString(8, inbox.subscription().inputs());
            insert.setString(9, inbox.start().toString());
            insert.executeUpdate();
        }
        NotificationRows.aim(connection, org, id, true);
    }

    void notifyAt(InboxId inbox, Optional<String> url) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(NOTIFY_AT)) {
            update.setString(1, url.orElse(null));
            change(update, 2, inbox);
        }
        NotificationRows.aim(connection, org, inbox, false);
    }

    void pause(InboxId inbox) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(PAUSE)) {
            update.setObject(1, org.value());
            change(update, 2, inbox);
        }
    }

    /** @param changes 1 for a resume, 0 to try again what was asked for before */
    void resume(InboxId inbox, int changes) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(RESUME)) {
            update.setInt(1, changes);
            change(update, 2, inbox);
        }
    }

    void delete(InboxId inbox) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(DELETE)) {
            change(update, 1, inbox);
        }
    }

    private void change(PreparedStatement update, int from, InboxId inbox) throws SQLException {
        update.setObject(from, org.value());
        update.setObject(from + 1, inbox.value());
        update.executeUpdate();
    }

    /** The first sequence accepted at or after a time, where there is one. */
    Optional<Long> firstSince(Instant time) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(FIRST_SINCE)) {
            select.setObject(1, org.value());
            select.setObject(2, time.atOffset(ZoneOffset.UTC));
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return Optional.ofNullable(row.getObject(1, Long.class));
            }
        }
    }

    private static List<Row> rows(PreparedStatement select) throws SQLException {
        List<Row> rows = new ArrayList<>();
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                rows.add(new Row(inbox(row), Start.parse(row.getString(11)), row.getInt(12), row.getInt(13)));
            }
        }
        return rows;
    }

    private static NamedInbox inbox(ResultSet row) throws SQLException {
        return new NamedInbox(
                new InboxId(row.getObject(1, UUID.class)),
                row.getObject(2, OffsetDateTime.class).toInstant(),
                Optional.ofNullable(row.getString(3)),
                InboxStatus.parse(row.getString(4)),
                Optional.ofNullable(row.getString(5)),
                Optional.ofNullable(row.getString(6)),
                new Subscription(
                        row.getString(7),
                        row.getString(8),
                        Optional.ofNullable(row.getString(9)).orElse("null"),
                        row.getString(10)));
    }
}
