package dev.triggers.backends;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;

/** Where a database is and as whom to enter it. Its text never shows the password. */
public record PostgresAddress(String jdbcUrl, String user, String password) {

    private static final String SCHEME = "jdbc:postgresql:";

    public PostgresAddress {
        if (!jdbcUrl.startsWith(SCHEME)) {
            throw new IllegalArgumentException("jdbcUrl: " + shown(jdbcUrl) + " (expected: " + SCHEME + "//…)");
        }
        if (user.isBlank()) {
            throw new IllegalArgumentException("user: blank (expected: a role of " + shown(jdbcUrl) + ")");
        }
    }

    static PostgresAddress local(int port, String database, String user, String password) {
        return new PostgresAddress("jdbc:postgresql://127.0.0.1:" + port + "/" + database, user, password);
    }

    /** Opens one connection, within {@code bound} rounded up to whole seconds. The caller closes it. */
    Connection connect(Duration bound) throws SQLException {
        var seconds = Long.toString(Math.max(1, bound.plusMillis(999).toSeconds()));
        var properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("connectTimeout", seconds);
        properties.setProperty("loginTimeout", seconds);
        properties.setProperty("socketTimeout", seconds);
        return DriverManager.getConnection(jdbcUrl, properties);
    }

    /** The URL without its parameters, which may hold secrets. */
    String shown() {
        return shown(jdbcUrl);
    }

    private static String shown(String url) {
        int parameters = url.indexOf('?');
        return parameters < 0 ? url : url.substring(0, parameters);
    }

    @Override
    public String toString() {
        return "PostgresAddress[jdbcUrl=" + shown() + ", user=" + user + "]";
    }
}
