package dev.triggers.backends;

/** The addresses of one Kafka, one PostgreSQL and one Redis, all of them ready. Closed by whoever made it. */
public interface Backends extends AutoCloseable {

    /** {@code host:port}, several of them separated by commas, as {@code bootstrap.servers} takes it. */
    String kafkaBootstrap();

    /** The database of Triggers and the role that owns it. */
    PostgresAddress postgres();

    /** {@code redis://host:port}. */
    String redisUrl();

    /** Stops what was started for these addresses; what was only given is left alone. May be called again. */
    @Override
    void close();
}
