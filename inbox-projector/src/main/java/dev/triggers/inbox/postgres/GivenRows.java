package dev.triggers.inbox.postgres;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A statement that is given rows, as an array for each of their columns. */
final class GivenRows<T> implements RoundTrip.Part {

    private final String sql;
    private final List<T> rows;
    private final List<Column> columns = new ArrayList<>();
    private int changed;

    private record Column(String type, List<? extends @Nullable Object> values) {}

    GivenRows(String sql, List<T> rows) {
        this.sql = sql;
        this.rows = rows;
    }

    /** The next of its parameters. */
    GivenRows<T> column(String type, Function<T, ? extends @Nullable Object> value) {
        columns.add(new Column(type, rows.stream().map(value).toList()));
        return this;
    }

    /** How many rows it changed. */
    int changed() {
        return changed;
    }

    @Override
    public String sql() {
        return sql;
    }

    @Override
    public int set(PreparedStatement all, int from) throws SQLException {
        int next = from;
        for (Column column : columns) {
            all.setArray(
                    next++,
                    all.getConnection()
                            .createArrayOf(column.type(), column.values().toArray()));
        }
        return next;
    }

    @Override
    public void read(PreparedStatement all) throws SQLException {
        changed = all.getUpdateCount();
    }
}
