package dev.triggers.backends;

/** One real server of {@link EmbeddedBackends}, to be stopped and started by itself on the same port and data. */
public sealed interface EmbeddedPart permits EmbeddedKafka, EmbeddedPostgreSql, EmbeddedRedis {

    /** As a message names it: Kafka, PostgreSQL, Redis. */
    String name();

    /** On 127.0.0.1; the same for the life of this object. */
    int port();

    /**
     * Returns when the server answers; does nothing if it runs already. Data of an earlier run is used again, and a
     * process an earlier run left behind on it is ended first.
     *
     * @throws BackendFailure if the port is taken or the server does not become ready
     */
    void start();

    /** Returns when the server is gone, in order and within four seconds; does nothing if it does not run. */
    void stop();

    boolean running();
}
