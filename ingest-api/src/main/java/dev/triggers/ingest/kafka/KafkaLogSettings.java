package dev.triggers.ingest.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.record.CompressionType;

/**
 * How the log is reached and written.
 *
 * @param maxBlock the longest an append waits for metadata or buffer space
 * @param deliveryTimeout the longest from there until it is confirmed or given up
 * @param requestTimeout the longest a broker may take, at most {@code deliveryTimeout - linger}
 * @param linger how long a batch waits for company
 * @param compression of batches
 * @param clientProperties anything else both clients need, by Kafka's names: security, above all
 */
public record KafkaLogSettings(
        String bootstrap,
        int partitions,
        int replicationFactor,
        Duration maxBlock,
        Duration deliveryTimeout,
        Duration requestTimeout,
        Duration linger,
        CompressionType compression,
        int batchBytes,
        long bufferBytes,
        Map<String, String> clientProperties) {

    private static final int ADMIN_TIMEOUT_MILLIS = 5_000;
    private static final int CONSUMER_FETCH_BYTES = 1 << 20;

    public KafkaLogSettings {
        clientProperties = Map.copyOf(clientProperties);
    }

    /** From the call until it is confirmed or given up. */
    public Duration longestAppend() {
        return maxBlock.plus(deliveryTimeout);
    }

    Map<String, Object> producer() {
        Map<String, Object> producer = common("triggers-ingest");
        producer.put(ProducerConfig.ACKS_CONFIG, "all");
        producer.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        producer.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, compression.name);
        producer.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, maxBlock.toMillis());
        producer.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) deliveryTimeout.toMillis());
        producer.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) requestTimeout.toMillis());
        producer.put(ProducerConfig.LINGER_MS_CONFIG, linger.toMillis());
        producer.put(ProducerConfig.BATCH_SIZE_CONFIG, batchBytes);
        producer.put(ProducerConfig.BUFFER_MEMORY_CONFIG, bufferBytes);
        return producer;
    }

    Map<String, Object> admin() {
        Map<String, Object> admin = common("triggers-ingest-admin");
        admin.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ADMIN_TIMEOUT_MILLIS);
        admin.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ADMIN_TIMEOUT_MILLIS);
        return admin;
    }

    /** Of one that reads a whole topic by itself, from the beginning. */
    Map<String, Object> consumer() {
        Map<String, Object> consumer = common("triggers-ingest-throttles");
        consumer.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        consumer.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        consumer.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        consumer.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        consumer.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, CONSUMER_FETCH_BYTES);
        consumer.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ADMIN_TIMEOUT_MILLIS);
        consumer.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, ADMIN_TIMEOUT_MILLIS);
        return consumer;
    }

    private Map<String, Object> common(String clientId) {
        Map<String, Object> common = new HashMap<>(clientProperties);
        common.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        common.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
        common.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500L);
        return common;
    }
}
