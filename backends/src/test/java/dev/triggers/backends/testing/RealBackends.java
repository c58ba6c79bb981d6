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

    private final EmbeddedBackends embedded;
    private final AtomicInteger databases = new AtomicInteger();

    RealBackends(EmbeddedBackends embedded) {
        this.embedded = embedded;
    }

    /**
     * Creates an empty database that no other call got.
     *
     * @param name begins its name: lower-case letters, digits and underscores, at most 50, beginning with a letter
     */
    public PostgresAddress freshDatabase(String name) {
        return embedded.postgreSql().createDatabase(name + "_" + databases.incrementAndGet());
    }

    /** The servers themselves, for tests that stop, kill and start one. */
    public EmbeddedBackends embedded() {
        return embedded;
    }

    @Override
    public String kafkaBootstrap() {
        return embedded.kafkaBootstrap();
    }

    @Override
    public PostgresAddress postgres() {
        return embedded.postgres();
    }

    @Override
    public String redisUrl() {
        return embedded.redisUrl();
    }

    /** Does nothing: other tests use them too. The extension stops them after the last test. */
    @Override
    public void close() {}
}
