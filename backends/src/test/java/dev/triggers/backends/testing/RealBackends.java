package dev.triggers.backends.testing;

import dev.triggers.backends.Backends;
import dev.triggers.backends.EmbeddedBackends;
import dev.triggers.backends.PostgresAddress;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The backends of this JVM's tests, a parameter of any test with {@link RealBackendsExtension}. Shared by all of them: a
 * test brings its own topics and databases, and starts again what it stopped.
 */
public final class RealBackends implements Backends {

    private final Servers servers;
    private final AtomicInteger databases = new AtomicInteger();

    RealBackends(Servers servers) {
        this.servers = servers;
    }

    /**
     * Creates an empty database that no other call got.
     *
     * @param name begins its name: lower-case letters, digits and underscores, at most 50, beginning with a letter
     */
    public PostgresAddress freshDatabase(String name) {
        return servers.createDatabase(name + "_" + databases.incrementAndGet());
    }

    /** The server itself, for tests that stop it and start it again. */
    public Server kafka() {
        return servers.kafka();
    }

    /** The server itself, for tests that stop or kill it and start it again. */
    public KillableServer postgreSql() {
        return servers.postgreSql();
    }

    /** The server itself, for tests that stop or kill it and start it again. */
    public KillableServer redis() {
        return servers.redis();
    }

    /** Throws {@link IllegalStateException} when the servers of this run are not embedded. */
    EmbeddedBackends embedded() {
        if (servers instanceof EmbeddedServers embedded) {
            return embedded.embedded();
        }
        throw new IllegalStateException("this test is about the embedded servers (expected: no -Dtriggers.backends)");
    }

    void end() {
        servers.close();
    }

    @Override
    public String kafkaBootstrap() {
        return servers.kafkaBootstrap();
    }

    @Override
    public PostgresAddress postgres() {
        return servers.postgres();
    }

    @Override
    public String redisUrl() {
        return servers.redisUrl();
    }

    /** Does nothing: other tests use them too. The extension stops them after the last test. */
    @Override
    public void close() {}
}
