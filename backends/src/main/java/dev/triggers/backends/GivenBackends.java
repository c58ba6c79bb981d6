package dev.triggers.backends;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** Backends that run elsewhere, by their addresses from configuration. Closing leaves them alone. */
public record GivenBackends(String kafkaBootstrap, PostgresAddress postgres, String redisUrl) implements Backends {

    public GivenBackends {
        if (kafkaBootstrap.isBlank()) {
            throw new IllegalArgumentException("kafkaBootstrap: blank (expected: host:port)");
        }
        if (!redisUrl.matches("rediss?://.+") || parsed(redisUrl).getHost() == null) {
            throw new IllegalArgumentException("redisUrl: not one (expected: redis://host:port)");
        }
    }

    /**
     * Returns these backends once each of them has answered.
     *
     * @param bound for each of the three, asked at the same time
     * @throws BackendFailure naming every one that did not answer, and where it should be
     */
    public GivenBackends check(Duration bound) {
        var failures = new ArrayList<String>();
        try (var asking = Executors.newVirtualThreadPerTaskExecutor()) {
            var asked = Map.of(
                    "Kafka at " + kafkaBootstrap, asking.submit(() -> askKafka(bound)),
                    "PostgreSQL at " + postgres.shown(), asking.submit(() -> askPostgres(bound)),
                    "Redis at " + shownRedis(), asking.submit(() -> askRedis(bound)));
            asked.forEach((which, answer) -> reason(answer, bound).ifPresent(why -> failures.add(which + ": " + why)));
        }
        if (!failures.isEmpty()) {
            failures.sort(null);
            throw new BackendFailure("no answer within " + bound + " from " + String.join("; ", failures));
        }
        return this;
    }

    private static Optional<String> reason(Future<?> answer, Duration bound) {
        try {
            answer.get(bound.toMillis() + 1000, TimeUnit.MILLISECONDS);
            return Optional.empty();
        } catch (ExecutionException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            return Optional.of(String.valueOf(cause.getMessage()));
        } catch (TimeoutException _) {
            answer.cancel(true);
            return Optional.of("silence");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
    }

    private boolean askKafka(Duration bound) throws InterruptedException, ExecutionException {
        int boundMillis = Math.toIntExact(bound.toMillis());
        Map<String, Object> settings = Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafkaBootstrap,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, boundMillis,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, boundMillis);
        var admin = Admin.create(settings);
        try {
            admin.describeCluster().clusterId().get();
            return true;
        } finally {
            admin.close(Duration.ZERO);
        }
    }

    private boolean askPostgres(Duration bound) throws SQLException {
        try (var connection = postgres.connect(bound);
                var statement = connection.createStatement()) {
            return statement.execute("select 1");
        }
    }

    private boolean askRedis(Duration bound) throws IOException {
        RedisPing.send(parsed(redisUrl), bound);
        return true;
    }

    private String shownRedis() {
        var redis = parsed(redisUrl);
        return redis.getScheme() + "://" + redis.getHost() + (redis.getPort() < 0 ? "" : ":" + redis.getPort());
    }

    private static URI parsed(String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException _) {
            throw new IllegalArgumentException("redisUrl: not one (expected: redis://host:port)");
        }
    }

    /** Does nothing: whoever started them stops them. */
    @Override
    public void close() {}

    @Override
    public String toString() {
        return "GivenBackends[kafka=" + kafkaBootstrap + ", postgres=" + postgres + ", redis=" + shownRedis() + "]";
    }
}
