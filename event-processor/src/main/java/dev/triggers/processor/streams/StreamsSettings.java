package dev.triggers.processor.streams;

import dev.triggers.common.wire.KafkaConnection;
import dev.triggers.processor.topology.Undecided;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * How the topology runs on Kafka Streams.
 *
 * @param kafka for all its clients
 * @param instanceId names this instance for good (KIP-345): one that comes back under it within the session timeout, even
 *     after a kill, gets its work back at once. Empty: a member like any other, which leaves when it closes
 * @param replicationFactor of changelogs
 * @param commitInterval how long a transaction stays open
 */
public record StreamsSettings(
        KafkaConnection kafka,
        String stateDir,
        String instanceId,
        int threads,
        int standbyReplicas,
        int replicationFactor,
        Duration commitInterval,
        long blockCacheBytes,
        long writeBufferBytes) {

    /** Names the consumer group, the changelogs and the transactions: never to be changed. */
    public static final String APPLICATION_ID = "triggers.event-processor";

    private static final int SESSION_TIMEOUT_MILLIS = 10_000;
    /** Beyond these it fetches no more of a partition, however large they are: 20 of the largest are 6 MiB. */
    private static final int BUFFERED_RECORDS = 20;
    /**
     * Of a partition, compressed: what it brings is decided before it is old, so that its memory is given back with the young
     * generation. A batch that is larger comes all the same.
     */
    private static final int FETCHED_BYTES = 256 << 10;
    /**
     * How long the broker keeps a fetch of changelogs that has nothing to bring. Where a restore begins is asked for on the same
     * connection, behind it: with Kafka's 500 ms each partition that comes later begins half a second later.
     */
    private static final int RESTORE_FETCH_MILLIS = 50;
    /** What a transaction has for a partition at full speed; each batch costs two buffers of 64 KiB for its compression. */
    private static final int BATCH_BYTES = 64 << 10;
    /** How long a thread waits for records before it looks whether a transaction is due. */
    private static final long POLL_MILLIS = 10;

    public StreamsConfig toConfig() {
        Properties settings = new Properties();
        settings.putAll(kafka.client());
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, APPLICATION_ID);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, stateDir);
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
        settings.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, standbyReplicas);
        settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, replicationFactor);
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitInterval.toMillis());
        settings.put(StreamsConfig.POLL_MS_CONFIG, POLL_MILLIS);
        settings.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, BUFFERED_RECORDS);
        settings.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        settings.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
        settings.put(BoundedRocksDb.BLOCK_CACHE_BYTES, blockCacheBytes);
        settings.put(BoundedRocksDb.WRITE_BUFFER_BYTES, writeBufferBytes);
        settings.put(
                StreamsConfig.topicPrefix(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG), replicationFactor >= 3 ? "2" : "1");
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), BATCH_BYTES);
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), SESSION_TIMEOUT_MILLIS);
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "none");
        settings.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), FETCHED_BYTES);
        settings.put(
                StreamsConfig.restoreConsumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG), RESTORE_FETCH_MILLIS);
        settings.put(
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG), Undecided.class.getName());
        if (!instanceId.isEmpty()) {
            settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), instanceId);
        }
        return new StreamsConfig(settings);
    }
}
