package dev.triggers.backends.testing;

import dev.triggers.backends.PostgresAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/** Whether a server answers: asked as a client would, once, for a second or two. */
sealed interface Answers {

    boolean now() throws InterruptedException;

    record OfKafka(String bootstrap) implements Answers {

        @Override
        public boolean now() throws InterruptedException {
            Map<String, Object> settings = Map.of(
                    "bootstrap.servers", bootstrap, "request.timeout.ms", 1_000, "default.api.timeout.ms", 2_000);
            try (Admin admin = Admin.create(settings)) {
                return !admin.describeCluster().nodes().get().isEmpty();
            } catch (ExecutionException _) {
                return false;
            }
        }
    }

    record OfPostgres(PostgresAddress address) implements Answers {

        @Override
        public boolean now() {
            try (var connection = DriverManager.getConnection(address.jdbcUrl(), address.user(), address.password())) {
                return connection.isValid(1);
            } catch (SQLException _) {
                return false;
            }
        }
    }

    record OfRedis(int port) implements Answers {

        @Override
        public boolean now() {
            try (var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
                socket.setSoTimeout(1_000);
                socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
                return socket.getInputStream().read() == '+';
            } catch (IOException _) {
                return false;
            }
        }
    }
}
