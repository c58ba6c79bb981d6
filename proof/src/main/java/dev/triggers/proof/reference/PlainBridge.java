package dev.triggers.proof.reference;

import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpStatus;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.support.SendResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * The plain thing that many would write: takes a body, sends it to Kafka, answers where it stands. No API keys, no checks. Once
 * without a key in the record, so that it goes wherever a batch is open, and once by organisation, whose order that keeps.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@RestController
public class PlainBridge {

    private static final String TOPIC = "plain";

    private final KafkaTemplate<String, String> kafka;
    private final String bootstrap;

    PlainBridge(@Value("${kafka}") String bootstrap) {
        this.bootstrap = bootstrap;
        kafka = new KafkaTemplate<>(new DefaultKafkaProducerFactory<>(
                Map.of("bootstrap.servers", bootstrap, "acks", "all", "linger.ms", 1, "compression.type", "lz4"),
                new StringSerializer(),
                new StringSerializer()));
    }

    public static void main(String[] words) {
        SpringApplication application = new SpringApplication(PlainBridge.class);
        application.setDefaultProperties(Map.of(
                "spring.config.name",
                "reference",
                "spring.threads.virtual.enabled",
                true,
                "server.tomcat.max-keep-alive-requests",
                -1));
        application.run(words);
    }

    @Bean
    KafkaAdmin topics() {
        KafkaAdmin admin = new KafkaAdmin(Map.of("bootstrap.servers", bootstrap));
        admin.createOrModifyTopics(new NewTopic(TOPIC, 12, (short) 1));
        return admin;
    }

    @PostMapping("/events")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Map<String, Object> post(@RequestBody String event) throws ExecutionException, InterruptedException {
        return answer(kafka.send(TOPIC, event).get());
    }

    @PostMapping("/events-by-org")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Map<String, Object> post(@RequestHeader("X-Org") String org, @RequestBody String event)
            throws ExecutionException, InterruptedException {
        return answer(kafka.send(TOPIC, org, event).get());
    }

    private static Map<String, Object> answer(SendResult<String, String> sent) {
        return Map.of(
                "partition",
                sent.getRecordMetadata().partition(),
                "offset",
                sent.getRecordMetadata().offset());
    }

    @GetMapping("/readyz")
    void ready() {}
}
