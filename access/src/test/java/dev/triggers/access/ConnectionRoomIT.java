package dev.triggers.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealBackendsExtension.class)
class ConnectionRoomIT {

    @Test
    void poolsThatFitWithTenToSpareAreEnoughAndOneConnectionMoreIsTooMany(RealBackends backends) throws SQLException {
        try (HikariDataSource postgres = TestPostgres.pool(backends.freshDatabase("room"))) {
            int most = maxConnections(postgres);
            ConnectionRoom fits = new ConnectionRoom(postgres, 1, most - 10);
            ConnectionRoom tooMany = new ConnectionRoom(postgres, most - 9, 1);
            assertThat(fits.missing()).isEmpty();

            fits.look();
            tooMany.look();

            assertThat(fits.missing()).hasValue(0);
            assertThat(fits.tooLittle()).isFalse();
            assertThat(tooMany.missing()).hasValue(1);
            assertThat(tooMany.tooLittle()).isTrue();
        }
    }

    @Test
    void itIsLookedAtWhenPostgresFirstAnswersAndKeepsNobodyFromServing(RealBackends backends) {
        try (HikariDataSource postgres = TestPostgres.pool(backends.freshDatabase("room_schema"))) {
            ConnectionRoom room = new ConnectionRoom(postgres, 1_000, 4);
            try (AccessSchema schema = new AccessSchema(postgres, room)) {
                schema.start();

                await().atMost(Duration.ofSeconds(30)).until(schema::migrated);
                assertThat(room.tooLittle()).isTrue();
            }
        }
    }

    private static int maxConnections(HikariDataSource postgres) throws SQLException {
        try (Connection connection = postgres.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select current_setting('max_connections')::int")) {
            assertThat(row.next()).isTrue();
            return row.getInt(1);
        }
    }
}
