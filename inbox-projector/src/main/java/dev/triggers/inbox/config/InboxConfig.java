package dev.triggers.inbox.config;

import dev.triggers.common.wire.ClientProperties;
import dev.triggers.common.wire.KafkaConnection;
import java.time.Duration;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The inbox projector's settings, prefix {@code triggers.inbox}.
 *
 * @param kafkaBootstrap {@code host:port,…} of the Kafka cluster
 * @param kafkaProperties anything else its clients need, by Kafka's names: security, above all
 * @param partitions of every topic, used only when they are created: chosen once and for life
 * @param replicationFactor of every topic, used only when they are created
 * @param instanceId a name of this instance that stays over restarts, unlike any other's; empty: none
 * @param consumers threads that project, 1 to the number of partitions
 * @param batchRecords the most records projected in one transaction, but for a few left over of what was read; fewer
 *     where those take longer than they should
 * @param retentionDays whole days before today that events and rejections stay in the tables
 * @param waiters requests that may wait for something to happen at once; more are answered without waiting
 * @param streams what server-sent event streams may take
 * @param notifications how owners of inboxes are notified
 * @param mostInboxes of one organisation, the default one among them
 * @param postgres where the inbox tables stand
 */
@ConfigurationProperties("triggers.inbox")
public record InboxConfig(
        @DefaultValue("127.0.0.1:9092") String kafkaBootstrap,
        @DefaultValue Map<String, String> kafkaProperties,
        @DefaultValue("12") int partitions,
        @DefaultValue("3") int replicationFactor,
        @DefaultValue("") String instanceId,
        @DefaultValue("2") int consumers,
        @DefaultValue("2000") int batchRecords,
        @DefaultValue("30") int retentionDays,
        @DefaultValue("10000") int waiters,
        @DefaultValue Streams streams,
        @DefaultValue Notifications notifications,
        @DefaultValue("1000") int mostInboxes,
        @DefaultValue Postgres postgres) {

    public InboxConfig {
        kafkaProperties = new ClientProperties(kafkaProperties);
        require("partitions", partitions, 1, 10_000);
        require("replication-factor", replicationFactor, 1, 32);
        require("consumers", consumers, 1, 256);
        require("waiters", waiters, 0, 1_000_000);
        require("most-inboxes", mostInboxes, 1, 100_000);
        require("batch-records", batchRecords, 1, 100_000);
        require("retention-days", retentionDays, 1, 3_650);
    }

    KafkaConnection kafka() {
        return new KafkaConnection(kafkaBootstrap, kafkaProperties);
    }

    /**
     * What server-sent event streams of this instance may take.
     *
     * @param most streams at once, and half of all {@code server.tomcat.max-connections} at most
     * @param perOrg streams of one org at once
     * @param bytes sent to clients and not taken yet, over all streams: above it the one that stands still for longest is
     *     ended
     * @param readers reads for streams at once, each with a connection of the reader pool
     * @param heartbeat how long a stream may be silent
     * @param patience how long a client may take nothing while there is something to take
     */
    public record Streams(
            @DefaultValue("5000") int most,
            @DefaultValue("100") int perOrg,
            @DefaultValue("67108864") long bytes,
            @DefaultValue("4") int readers,
            @DefaultValue("15s") Duration heartbeat,
            @DefaultValue("60s") Duration patience) {

        private static final long LEAST_BYTES = 1L << 20;

        public Streams {
            require("streams.most", most, 0, 1_000_000);
            require("streams.per-org", perOrg, 0, 1_000_000);
            require("streams.bytes", bytes, LEAST_BYTES, Long.MAX_VALUE);
            require("streams.readers", readers, 1, 1_000);
            require("streams.heartbeat millis", heartbeat.toMillis(), 100, 3_600_000);
            require("streams.patience millis", patience.toMillis(), 100, 3_600_000);
        }
    }

    /**
     * How owners of inboxes are notified.
     *
     * @param atOnce attempts under way at once
     * @param attempts of one notification, the first included
     * @param within how long after the first one the last may begin
     * @param firstRetry how long after the first attempt the second one is; each pause is four times as long as the one before
     * @param longestRetry the longest pause, and the most of what a receiver asks for that is granted
     * @param anywhere also to addresses that are not public: with {@code triggers.dev} only
     */
    public record Notifications(
            @DefaultValue("16") int atOnce,
            @DefaultValue("7") int attempts,
            @DefaultValue("6h") Duration within,
            @DefaultValue("5s") Duration firstRetry,
            @DefaultValue("1h") Duration longestRetry,
            @DefaultValue("false") boolean anywhere) {

        private static final long MOST_MILLIS = Duration.ofDays(7).toMillis();

        public Notifications {
            require("notifications.at-once", atOnce, 1, 1_000);
            require("notifications.attempts", attempts, 1, 20);
            require("notifications.within millis", within.toMillis(), 0, MOST_MILLIS);
            require("notifications.first-retry millis", firstRetry.toMillis(), 1, MOST_MILLIS);
            require("notifications.longest-retry millis", longestRetry.toMillis(), firstRetry.toMillis(), MOST_MILLIS);
        }
    }

    /**
     * The database and its three roles.
     *
     * @param owner may create schemas, tables and roles: migrates, and attaches partitions
     * @param ownerPassword of the owner
     * @param projectorPassword of {@code triggers_projector}, which writes for all orgs
     * @param readerPassword of {@code triggers_reader}, which serves requests and sees one org at a time
     * @param readerPool connections for requests
     * @param waitMillis the longest a request waits for a connection
     * @param statementMillis the longest a request's statement may run
     */
    public record Postgres(
            @DefaultValue("jdbc:postgresql://127.0.0.1:5432/triggers")
            String url,

            @DefaultValue("triggers") String owner,
            @DefaultValue("") String ownerPassword,
            @DefaultValue("") String projectorPassword,
            @DefaultValue("") String readerPassword,
            @DefaultValue("8") int readerPool,
            @DefaultValue("2000") int waitMillis,
            @DefaultValue("10000") int statementMillis) {

        public Postgres {
            require("postgres.reader-pool", readerPool, 1, 1_000);
            require("postgres.wait-millis", waitMillis, 250, 60_000);
            require("postgres.statement-millis", statementMillis, 100, 600_000);
        }

        /** Everything but the passwords. */
        @Override
        public String toString() {
            return url + " as " + owner + ", reader pool " + readerPool;
        }
    }

    private static void require(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "triggers.inbox." + name + ": " + value + " (expected: " + least + " to " + most + ")");
        }
    }
}
