package dev.triggers.inbox.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;

/**
 * Takes over from the tables in use what the log does not hold: definitions of inboxes, how far each has handed out, who
 * leases what and how often it was leased. What is done and what is set aside is the log's word. Run again it does the
 * same again.
 */
final class CarryOver {

    /** The frontier alone is the log's: it moves with what is acknowledged. */
    private static final String COLUMNS = """
            select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
            where attrelid = 'inbox.inbox'::regclass and attnum > 0 and not attisdropped and attname <> 'frontier'""";

    private static final String DEFINE = """
            insert into inbox_next.inbox (%1$s)
            select %1$s from inbox.inbox o where %2$s
            on conflict do nothing""";
    private static final List<String> REMOVE_DELETED = List.of("""
                    delete from inbox_next.delivery d
                    using inbox_next.inbox n
                    where n.id = d.inbox and n.key is distinct from 'default'
                      and not exists (select from inbox.inbox o where o.id = n.id)""", """
                    delete from inbox_next.inbox n
                    where n.key is distinct from 'default' and not exists (select from inbox.inbox o where o.id = n.id)""");

    /** What an earlier attempt carried over. */
    private static final String END_LEASES = """
            update inbox_next.delivery
            set lease = null, leased_until = null, available_at = null, lease_count = 0
            where lease is not null or leased_until is not null or available_at is not null or lease_count > 0""";

    /** What may enter, was passed by the frontier and is not done, is open. Filters are asked again before it is handed out. */
    private static final String OPEN_GAPS = """
            insert into inbox_next.delivery (inbox, org, open)
            select n.id, n.org, n.windows * int8multirange(int8range(n.frontier + 1, o.frontier + 1))
            from inbox_next.inbox n join inbox.inbox o on o.id = n.id
            where o.frontier > n.frontier and n.windows && int8range(n.frontier + 1, o.frontier + 1)""";

    private static final String ADVANCE = """
            update inbox_next.inbox n set frontier = o.frontier
            from inbox.inbox o where o.id = n.id and o.frontier > n.frontier""";

    /** What was decided and is not applied yet, when it was applied, and what is older than the log. */
    private static final String TAKE_OPERATIONS = """
            insert into inbox_next.operation as n
              (id, org, inbox, kind, key_id, asked, decided_at, sequences, settled, applied_at)
            select id, org, inbox, kind, key_id, asked, decided_at, sequences, settled, applied_at from inbox.operation
            on conflict (id) do update set applied_at = excluded.applied_at, settled = excluded.settled""";

    private static final List<String> TAKE_NOTIFICATIONS = List.of("delete from inbox_next.notification", """
                    insert into inbox_next.notification select o.* from inbox.notification o
                    where exists (select from inbox_next.inbox n where n.id = o.inbox)""");

    /**
     * Splits rows where only a part was leased. Of an inbox whose rows overlap, which should not be, no lease is carried
     * over: it ends rather than be there twice.
     */
    private static final String CARRY_LEASES = """
            with broken as (
              select inbox from (
                select d.inbox, sum(upper(r) - lower(r)) as sequences, range_agg(r) as together
                from inbox.delivery d cross join lateral unnest(d.open) as r group by d.inbox) as held
              where sequences <> (select sum(upper(r) - lower(r)) from unnest(together) as r)),
            carried as materialized (
              select n.id, n.inbox, n.org, n.open * o.open as part, o.lease, o.leased_until, o.available_at,
                     n.quarantined, o.lease_count
              from inbox.delivery o join inbox_next.delivery n on n.inbox = o.inbox and n.open && o.open
              where (o.lease is not null or o.available_at is not null or o.lease_count > 0)
                and o.inbox not in (select inbox from broken)),
            taken as materialized (
              select id, range_agg(r) as parts from carried cross join lateral unnest(part) as r group by id),
            narrowed as (
              update inbox_next.delivery n set open = n.open - t.parts
              from taken t where t.id = n.id and not isempty(n.open - t.parts)),
            removed as (
              delete from inbox_next.delivery n using taken t where t.id = n.id and isempty(n.open - t.parts))
            insert into inbox_next.delivery
              (inbox, org, open, lease, leased_until, available_at, quarantined, lease_count)
            select inbox, org, part,
                   case when not quarantined then lease end,
                   case when not quarantined then leased_until end,
                   case when not quarantined then available_at end,
                   quarantined, lease_count
            from carried""";

    /** Those of these inboxes that are not defined yet are from now on. */
    void define(Connection connection, UUID[] inboxes) throws SQLException {
        connection.setAutoCommit(true);
        String sql = DEFINE.formatted(columns(connection), "o.id = any (?)");
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            insert.setArray(1, connection.createArrayOf("uuid", inboxes));
            insert.executeUpdate();
        }
    }

    /** All of it, at once or not at all. Nobody may change the tables in use meanwhile. */
    void all(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try {
            String columns = columns(connection);
            execute(connection, DEFINE.formatted(columns, "true"));
            execute(connection, redefine(columns));
            for (String sql : REMOVE_DELETED) {
                execute(connection, sql);
            }
            execute(connection, END_LEASES);
            execute(connection, OPEN_GAPS);
            execute(connection, ADVANCE);
            execute(connection, CARRY_LEASES);
            execute(connection, TAKE_OPERATIONS);
            for (String sql : TAKE_NOTIFICATIONS) {
                execute(connection, sql);
            }
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        }
    }

    private static String redefine(String columns) {
        return """
                update inbox_next.inbox n set (%1$s) = (select %1$s from inbox.inbox o where o.id = n.id)
                where exists (select from inbox.inbox o where o.id = n.id)""".formatted(columns);
    }

    private static String columns(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(COLUMNS)) {
            row.next();
            return row.getString(1);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
