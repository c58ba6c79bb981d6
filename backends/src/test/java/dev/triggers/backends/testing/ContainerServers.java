package dev.triggers.backends.testing;

import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports.Binding;
import dev.triggers.backends.Ports;
import dev.triggers.backends.PostgresAddress;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * The servers in containers of their own, by Testcontainers, each on a port of 127.0.0.1 that stays its own over stops
 * and starts. The images are those of the projects, unless the system property {@code triggers.backends.image.kafka},
 * {@code .postgres} or {@code .redis} names another that starts in the same way.
 */
final class ContainerServers implements Servers {

    private static final String IMAGE = "triggers.backends.image.";
    private static final int KAFKA_PORT = 9092;
    private static final int POSTGRES_PORT = 5432;
    private static final int REDIS_PORT = 6379;
    private static final String OWNER = "triggers";
    private static final Duration STARTED = Duration.ofSeconds(60);

    private final KafkaContainer kafka;
    private final PostgreSQLContainer postgres;
    private final GenericContainer<?> redis;
    private final Ports ports;

    private ContainerServers(Ports ports) {
        this.ports = ports;
        this.kafka = new KafkaContainer(image("kafka", "apache/kafka:4.2.0", "apache/kafka")).withEnv(oneBroker());
        this.postgres = new PostgreSQLContainer(image("postgres", "postgres:18", "postgres"))
                .withCommand("postgres", "-c", "fsync=on", "-c", "max_connections=100", "-c", "timezone=UTC");
        this.redis = new GenericContainer<>(image("redis", "redis:8", "redis"))
                .withExposedPorts(REDIS_PORT)
                .withCommand(
                        "redis-server",
                        "--protected-mode",
                        "no",
                        "--save",
                        "",
                        "--maxmemory",
                        "64mb",
                        "--maxmemory-policy",
                        "allkeys-lru");
        bind(kafka, KAFKA_PORT, ports.kafka());
        bind(postgres, POSTGRES_PORT, ports.postgreSql());
        bind(redis, REDIS_PORT, ports.redis());
    }

    static ContainerServers begin() {
        ContainerServers servers = new ContainerServers(Ports.free().picked());
        List<GenericContainer<?>> all = List.of(servers.kafka, servers.postgres, servers.redis);
        try {
            Startables.deepStart(all.stream()).join();
            servers.createOwner();
            return servers;
        } catch (RuntimeException e) {
            servers.close();
            throw e;
        }
    }

    private static DockerImageName image(String which, String usual, String like) {
        return DockerImageName.parse(System.getProperty(IMAGE + which, usual)).asCompatibleSubstituteFor(like);
    }

    /** What a single broker needs besides what the container sets itself, the embedded one's rules, and a JVM soon started. */
    private static Map<String, String> oneBroker() {
        return Map.of(
                "KAFKA_JVM_PERFORMANCE_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
                "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR", "1",
                "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR", "1",
                "KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false");
    }

    private static void bind(GenericContainer<?> container, int inside, int outside) {
        PortBinding binding = new PortBinding(Binding.bindIpAndPort("127.0.0.1", outside), new ExposedPort(inside));
        container.withCreateContainerCmdModifier(
                create -> Objects.requireNonNull(create.getHostConfig()).withPortBindings(binding));
    }

    private void createOwner() {
        try (var connection = DriverManager.getConnection(
                        postgres.getJdbcUrl(), postgres.getUsername(), postgres.getPassword());
                var statement = connection.createStatement()) {
            statement.execute("create role triggers login createdb createrole bypassrls password 'triggers'");
            statement.execute("create database triggers owner triggers");
        } catch (SQLException e) {
            throw new IllegalStateException("the database's owner could not be made: " + e.getMessage(), e);
        }
    }

    @Override
    public PostgresAddress createDatabase(String name) {
        PostgresAddress owners = postgres();
        try (var connection = DriverManager.getConnection(owners.jdbcUrl(), owners.user(), owners.password());
                var statement = connection.createStatement()) {
            statement.execute("create database " + name);
            return database(name);
        } catch (SQLException e) {
            throw new IllegalStateException("no database " + name + ": " + e.getMessage(), e);
        }
    }

    @Override
    public Server kafka() {
        return new ContainedServer(kafka, new Answers.OfKafka(kafkaBootstrap()), STARTED);
    }

    @Override
    public KillableServer postgreSql() {
        return new ContainedServer(postgres, new Answers.OfPostgres(postgres()), STARTED);
    }

    @Override
    public KillableServer redis() {
        return new ContainedServer(redis, new Answers.OfRedis(ports.redis()), STARTED);
    }

    @Override
    public String kafkaBootstrap() {
        return "127.0.0.1:" + ports.kafka();
    }

    @Override
    public PostgresAddress postgres() {
        return database(OWNER);
    }

    private PostgresAddress database(String name) {
        return new PostgresAddress("jdbc:postgresql://127.0.0.1:" + ports.postgreSql() + "/" + name, OWNER, OWNER);
    }

    @Override
    public String redisUrl() {
        return "redis://127.0.0.1:" + ports.redis();
    }

    @Override
    public void close() {
        for (GenericContainer<?> container : List.of(kafka, postgres, redis)) {
            container.stop();
        }
    }
}
