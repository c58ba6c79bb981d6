package dev.triggers.common.wire;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;

/**
 * Where Kafka is, and what it asks of its clients.
 *
 * @param bootstrap {@code host:port,…}
 * @param properties anything else every client needs, by Kafka's names: security, above all
 */
public record KafkaConnection(String bootstrap, Map<String, String> properties) {

    public KafkaConnection {
        properties = new ClientProperties(properties);
    }

    /** One that asks for nothing. */
    public static KafkaConnection to(String bootstrap) {
        return new KafkaConnection(bootstrap, Map.of());
    }

    /** What any client begins with; its own settings go on top. May be changed. */
    public Map<String, Object> client() {
        Map<String, Object> client = new HashMap<>(properties);
        client.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        return client;
    }
}
