package dev.triggers.proof.bench;

import dev.triggers.backends.Backends;
import dev.triggers.backends.EmbeddedBackends;
import dev.triggers.backends.Ports;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Kafka, PostgreSQL and Redis, started by a JVM that is not the load's. They end with it, however that ends. */
final class BackendsProcess implements AutoCloseable {

    /** Of the JVM that the broker runs in. */
    static final String HEAP = "-Xmx1g";

    /** Role and password of whoever owns the database: sees all organisations. */
    static final String OWNER = "triggers";

    private static final String READY = "ready ";
    private static final int STOPPED_SECONDS = 20;

    private final Process jvm;
    private final Map<String, String> addresses;

    private BackendsProcess(Process jvm, Map<String, String> addresses) {
        this.jvm = jvm;
        this.addresses = addresses;
    }

    /**
     * Returns when all are ready.
     *
     * @param jvmOptions besides
     */
    static BackendsProcess start(Path directory, List<String> jvmOptions) throws IOException {
        List<String> words = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), HEAP));
        words.addAll(jvmOptions);
        words.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                directory.resolve("backends").toString()));
        Process jvm = new ProcessBuilder(words)
                .redirectError(directory.resolve("backends.err").toFile())
                .start();
        BufferedReader said = jvm.inputReader();
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.startsWith(READY)) {
                Map<String, String> addresses = new HashMap<>();
                for (String pair : line.substring(READY.length()).split(" ")) {
                    addresses.put(pair.replaceFirst("=.*", ""), pair.replaceFirst("[^=]*=", ""));
                }
                return new BackendsProcess(jvm, addresses);
            }
        }
        throw new IOException("the backends did not start: see " + directory.resolve("backends.err"));
    }

    long pid() {
        return jvm.pid();
    }

    /** {@code host:port}. */
    String kafka() {
        return address("kafka");
    }

    String redis() {
        return address("redis");
    }

    /** A JDBC URL. */
    String postgres() {
        return address("postgres");
    }

    /** As the owner of the database. */
    Connection connect() throws SQLException {
        return DriverManager.getConnection(postgres(), OWNER, OWNER);
    }

    private String address(String name) {
        String address = addresses.get(name);
        if (address == null) {
            throw new IllegalStateException(name + ": not said by the backends");
        }
        return address;
    }

    @Override
    public void close() {
        try {
            jvm.getOutputStream().close();
            if (!jvm.waitFor(STOPPED_SECONDS, TimeUnit.SECONDS)) {
                jvm.destroyForcibly();
            }
        } catch (IOException _) {
            jvm.destroyForcibly();
        } catch (InterruptedException _) {
            jvm.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** What runs in that JVM: until its standard input ends. */
    static final class Main {

        private Main() {}

        public static void main(String[] arguments) throws IOException {
            PrintStream out = System.out;
            System.setOut(System.err); // whatever logs there: nobody reads on after the addresses
            try (Backends backends = EmbeddedBackends.start(Path.of(arguments[0]), Ports.free())) {
                out.println(READY
                        + String.join(
                                " ",
                                List.of(
                                        "kafka=" + backends.kafkaBootstrap(),
                                        "redis=" + backends.redisUrl(),
                                        "postgres=" + backends.postgres().jdbcUrl())));
                out.flush();
                while (System.in.read() >= 0) {
                    // whatever is said, only the end counts
                }
            }
        }
    }
}
