package dev.triggers.inbox.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealBackendsExtension.class)
class RoundTripIT {

    private static final String INSERT = "insert into made select * from unnest(?, ?)";

    private final InboxRig rig;
    private Connection connection;

    RoundTripIT(RealBackends real) {
        this.rig = new InboxRig(real);
    }

    @BeforeEach
    void begin() throws SQLException {
        connection = rig.owner.getConnection();
        connection.setAutoCommit(false);
        try (Statement create = connection.createStatement()) {
            create.execute("create temporary table made (number int primary key, name text)");
        }
    }

    @AfterEach
    void end() throws SQLException {
        connection.rollback();
        connection.close();
        rig.close();
    }

    @Test
    void eachStatementHasItsOwnParametersAndItsOwnResult() throws SQLException {
        GivenRows<Integer> two = rows(1, 2);
        GivenRows<Integer> one = rows(3);

        RoundTrip.make(connection, List.of(Generation.hold(), two, () -> "select 1", one));

        assertThat(two.changed()).isEqualTo(2);
        assertThat(one.changed()).isEqualTo(1);
        assertThat(names()).isEqualTo("n1 n2 n3");
    }

    @Test
    void afterAFailureNothingOfItIsDone() throws SQLException {
        RoundTrip.make(connection, List.of(rows(1)));
        connection.commit();

        assertThatThrownBy(() -> RoundTrip.make(connection, List.of(rows(2), rows(1), rows(3))))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("duplicate key");

        connection.rollback();
        assertThat(names()).isEqualTo("n1");
        try (Statement drop = connection.createStatement()) {
            drop.execute("drop table made");
        }
        connection.commit();
    }

    @Test
    void noStatementsAreNoRoundTrip() throws SQLException {
        Connection closed = rig.owner.getConnection();
        closed.close();

        assertThatNoException().isThrownBy(() -> RoundTrip.make(closed, List.of()));
    }

    private static GivenRows<Integer> rows(Integer... numbers) {
        return new GivenRows<>(INSERT, List.of(numbers))
                .column("int", number -> number)
                .column("text", number -> "n" + number);
    }

    private String names() throws SQLException {
        try (Statement select = connection.createStatement();
                ResultSet row = select.executeQuery("select string_agg(name, ' ' order by number) from made")) {
            row.next();
            return row.getString(1);
        }
    }
}
