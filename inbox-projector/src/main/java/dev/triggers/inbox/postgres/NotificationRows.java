package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.event.OrgId;
import dev.triggers.inbox.notify.NotificationSettings;
import dev.triggers.inbox.notify.WebhookSecret;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** What owners see of their inboxes' notifications, and where these go, as the reading role. */
public final class NotificationRows implements NotificationSettings {

    /** Begins anew at another address: what was not told yet waits for the next one, what stopped goes on. */
    private static final String AIM = """
            insert into inbox.notification as n (inbox, org, url, counted)
            select i.id, i.org, i.notification_url,
                   case when ? then 0 else coalesce((select sequence from inbox.head h where h.org = i.org), 0) end
            from inbox.inbox i where i.id = ? and i.org = ? and (i.notification_url is not null
              or exists (select from inbox.notification x where x.inbox = i.id))
            on conflict (inbox) do update set
              url = excluded.url,
              counted = case when n.url is null then excluded.counted else n.counted end,
              waiting = case when excluded.url is null then 0 else n.waiting + coalesce(n.count, 0) end,
              message = null, count = null, redelivery = null, attempt = 0, begun_at = null, due_at = null,
              taken_until = null, not_before = null, stopped_at = null
            where n.url is distinct from excluded.url or n.stopped_at is not null""";

    private static final String FIND = """
            select i.notification_url, n.secret, n.previous_until, n.stopped_at, n.last_result, n.last_at
            from inbox.inbox i left join inbox.notification n on n.inbox = i.id
            where i.id = ? and i.org = ?""";
    private static final String MAKE = """
            insert into inbox.notification (inbox, org, counted)
            select id, org, 0 from inbox.inbox where id = ? and org = ? on conflict do nothing""";
    private static final String ROTATE = """
            update inbox.notification set
              previous_secret = secret,
              previous_until = ?,
              secret = sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8'))
            where inbox = ? and org = ?""";

    private final OrgTransactions transactions;
    private final InstantSource clock;

    public NotificationRows(DataSource reader, InstantSource clock) {
        this.transactions = new OrgTransactions(reader);
        this.clock = clock;
    }

    /**
     * To be called where an inbox's address was set, in the same transaction.
     *
     * @param fresh whether the inbox was made just now, so that all that enters it counts; else what arrives from now on
     */
    static void aim(Connection connection, OrgId org, InboxId inbox, boolean fresh) throws SQLException {
        try (PreparedStatement aim = connection.prepareStatement(AIM)) {
            aim.setBoolean(1, fresh);
            aim.setObject(2, inbox.value());
            aim.setObject(3, org.value());
            aim.executeUpdate();
        }
    }

    @Override
    public Optional<State> find(OrgId org, InboxId inbox) {
        return transactions.write(org, connection -> {
            make(connection, org, inbox);
            return state(connection, org, inbox);
        });
    }

    @Override
    public Optional<State> rotate(OrgId org, InboxId inbox, Duration grace) {
        return transactions.write(org, connection -> {
            make(connection, org, inbox);
            try (PreparedStatement rotate = connection.prepareStatement(ROTATE)) {
                rotate.setObject(1, clock.instant().plus(grace).atOffset(ZoneOffset.UTC));
                rotate.setObject(2, inbox.value());
                rotate.setObject(3, org.value());
                rotate.executeUpdate();
            }
            return state(connection, org, inbox);
        });
    }

    private static void make(Connection connection, OrgId org, InboxId inbox) throws SQLException {
        try (PreparedStatement make = connection.prepareStatement(MAKE)) {
            make.setObject(1, inbox.value());
            make.setObject(2, org.value());
            make.executeUpdate();
        }
    }

    private Optional<State> state(Connection connection, OrgId org, InboxId inbox) throws SQLException {
        try (PreparedStatement find = connection.prepareStatement(FIND)) {
            find.setObject(1, inbox.value());
            find.setObject(2, org.value());
            try (ResultSet row = find.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                return Optional.of(new State(
                        Optional.ofNullable(row.getString(1)),
                        new WebhookSecret(row.getBytes(2)),
                        instant(row, 3).filter(until -> until.isAfter(clock.instant())),
                        instant(row, 4),
                        Optional.ofNullable(row.getString(5)),
                        instant(row, 6)));
            }
        }
    }

    private static Optional<Instant> instant(ResultSet row, int column) throws SQLException {
        @Nullable OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return Optional.ofNullable(time).map(OffsetDateTime::toInstant);
    }
}
