package dev.triggers.inbox.postgres;

import dev.triggers.inbox.InboxUnavailable;
import dev.triggers.inbox.LeaseIds;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Lease ids, signed with the database's secret: read once, the first time it can be. Throws {@link InboxUnavailable} until then. */
public final class LeaseSecret implements Supplier<LeaseIds> {

    private static final String SECRET = "select value from inbox.secret where name = 'lease'";

    private final DataSource reader;
    private volatile @Nullable LeaseIds ids;

    public LeaseSecret(DataSource reader) {
        this.reader = reader;
    }

    @Override
    public LeaseIds get() {
        LeaseIds known = ids;
        if (known == null) {
            known = read();
            ids = known;
        }
        return known;
    }

    private LeaseIds read() {
        try (Connection connection = reader.getConnection();
                PreparedStatement select = connection.prepareStatement(SECRET);
                ResultSet row = select.executeQuery()) {
            if (!row.next()) {
                throw new InboxUnavailable("inbox.secret: no row (expected: one named lease)");
            }
            return new LeaseIds(row.getBytes(1));
        } catch (SQLException e) {
            throw new InboxUnavailable("postgres: " + e.getMessage(), e);
        }
    }
}
