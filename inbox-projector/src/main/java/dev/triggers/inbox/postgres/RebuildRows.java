package dev.triggers.inbox.postgres;

import dev.triggers.inbox.Rebuilds.Rebuild;
import dev.triggers.inbox.Rebuilds.State;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The rebuilds there were, at most one of them under way, as the owner sees them. */
public final class RebuildRows {

    /** Whoever builds holds this for its session. Any constant does. */
    private static final long ADVISORY_LOCK = 0x7472_6967_6275_696cL;

    private static final String UNIQUE_VIOLATION = "23505";
    private static final String LAST = """
            select id, state, began_at, ended_at, done, total from inbox.rebuild
            order by ended_at is null desc, began_at desc limit 1""";
    private static final String BEGIN = """
            insert into inbox.rebuild (id, state, began_at) values (?, 'building', clock_timestamp())""";
    private static final String CANCEL = "update inbox.rebuild set state = 'cancelling' where ended_at is null";
    private static final String CANCELLED = """
            update inbox.rebuild set state = 'cancelled', ended_at = clock_timestamp() where id = ?""";
    private static final String PROGRESS = "update inbox.rebuild set done = ?, total = ? where id = ?";
    private static final String BYTES = """
            select coalesce(sum(pg_total_relation_size(oid)), 0) from pg_class
            where relnamespace = 'inbox'::regnamespace and relkind = 'r'""";

    private final DataSource owner;

    public RebuildRows(DataSource owner) {
        this.owner = owner;
    }

    /** The one under way, else the latest. */
    public Optional<Rebuild> last() throws SQLException {
        try (Connection connection = owner.getConnection();
                PreparedStatement select = connection.prepareStatement(LAST);
                ResultSet row = select.executeQuery()) {
            return row.next() ? Optional.of(rebuild(row)) : Optional.empty();
        }
    }

    private static Rebuild rebuild(ResultSet row) throws SQLException {
        @Nullable OffsetDateTime ended = row.getObject(4, OffsetDateTime.class);
        return new Rebuild(
                row.getObject(1, UUID.class),
                State.valueOf(row.getString(2).toUpperCase(Locale.ROOT)),
                row.getObject(3, OffsetDateTime.class).toInstant(),
                Optional.ofNullable(ended).map(OffsetDateTime::toInstant),
                row.getLong(5),
                row.getLong(6));
    }

    /** False: one is under way. */
    public boolean begin(UUID id) throws SQLException {
        try (Connection connection = owner.getConnection();
                PreparedStatement insert = connection.prepareStatement(BEGIN)) {
            insert.setObject(1, id);
            insert.executeUpdate();
            return true;
        } catch (SQLException e) {
            if (UNIQUE_VIOLATION.equals(e.getSQLState())) {
                return false;
            }
            throw e;
        }
    }

    /** Asks whoever builds to stop. */
    public void cancel() throws SQLException {
        try (Connection connection = owner.getConnection();
                PreparedStatement update = connection.prepareStatement(CANCEL)) {
            update.executeUpdate();
        }
    }

    /** Nothing is left of it. */
    public void cancelled(UUID id) throws SQLException {
        try (Connection connection = owner.getConnection();
                PreparedStatement update = connection.prepareStatement(CANCELLED)) {
            update.setObject(1, id);
            update.executeUpdate();
        }
    }

    public void progress(UUID id, long done, long records) throws SQLException {
        try (Connection connection = owner.getConnection();
                PreparedStatement update = connection.prepareStatement(PROGRESS)) {
            update.setLong(1, done);
            update.setLong(2, records);
            update.setObject(3, id);
            update.executeUpdate();
        }
    }

    /** The size of the tables in use, indexes included. */
    public long bytes() throws SQLException {
        try (Connection connection = owner.getConnection();
                PreparedStatement select = connection.prepareStatement(BYTES);
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    /** The right to build, for as long as this connection lasts; empty: another instance has it. */
    public Optional<Connection> claim() throws SQLException {
        Connection connection = owner.getConnection();
        try (PreparedStatement lock =
                        connection.prepareStatement("select pg_try_advisory_lock(" + ADVISORY_LOCK + ")");
                ResultSet row = lock.executeQuery()) {
            row.next();
            if (row.getBoolean(1)) {
                return Optional.of(connection);
            }
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        connection.close();
        return Optional.empty();
    }

    /** Gives back what {@link #claim} gave. A connection that broke has given it back already. */
    public void release(Connection claim) throws SQLException {
        try (claim) {
            if (claim.isValid(1)) {
                try (PreparedStatement unlock =
                        claim.prepareStatement("select pg_advisory_unlock(" + ADVISORY_LOCK + ")")) {
                    unlock.execute();
                }
            }
        }
    }
}
