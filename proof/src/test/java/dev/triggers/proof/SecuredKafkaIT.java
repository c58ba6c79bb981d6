package dev.triggers.proof;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.triggers.backends.EmbeddedBackends;
import dev.triggers.backends.KafkaSecurity;
import dev.triggers.backends.Ports;
import dev.triggers.proof.Client.InboxEvent;
import dev.triggers.proof.Client.Receipt;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A Kafka that asks who comes (SASL/SCRAM) and allows what {@code docs/topics.md} says and nothing else: the three
 * services run on it, and a subscriber reads {@code triggers.accepted} alone.
 */
class SecuredKafkaIT {

    private static final String ACCEPTED = "triggers.accepted";
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final KafkaSecurity SECURITY = new KafkaSecurity("admin", "admin-of-this-test");

    private static EmbeddedBackends backends;
    private static Services services;
    private static Client client;

    @BeforeAll
    static void startAsDocumented(@TempDir Path directory) throws Exception {
        backends = EmbeddedBackends.startSecured(directory.resolve("backends"), Ports.free(), SECURITY);
        try (Admin admin = Admin.create(as(SECURITY.client()))) {
            KafkaTools tools = new KafkaTools(admin);
            for (String command : TopicPage.admin()) {
                tools.run(command);
            }
            NewTopic shortLived =
                    new NewTopic("triggers.rejected", 12, (short) 1).configs(Map.of("retention.ms", "86400000"));
            admin.createTopics(List.of(shortLived)).all().get(10, SECONDS);
        }
        services = new Services(backends, KafkaSecurity.client("triggers", "change-me-too"), directory);
        services.start("ingest-api");
        services.start("event-processor");
        services.start("inbox-projector");
        services.awaitReady();
        client = Client.ofNewOrg(services.uri("ingest-api"), services.uri("inbox-projector"), Services.ADMIN_TOKEN);
    }

    @AfterAll
    static void stop() {
        try (EmbeddedBackends _ = backends) {
            services.close();
        }
    }

    @Test
    void theServicesRunOnItAndASubscriberReadsWhatIsAccepted() {
        Receipt receipt = client.submit("{\"type\":\"secured\",\"data\":{\"n\":1.0}}");
        assertThat(client.awaitOutcome(receipt)).isEqualTo("accepted");
        await().atMost(SOON).until(() -> client.inbox("&status=all").size() == 1);
        List<InboxEvent> inbox = client.inbox("&status=all");
        client.acknowledge(List.of(inbox.getFirst().id()));
        await().atMost(SOON).until(() -> client.inbox().isEmpty());

        try (var consumer = consumer("orders-sync.proof")) {
            consumer.subscribe(List.of(ACCEPTED));
            List<Seen> seen = new ArrayList<>();
            await().atMost(SOON).until(() -> {
                consumer.poll(POLL).forEach(event -> seen.add(Seen.of(event)));
                return !seen.isEmpty();
            });
            consumer.commitSync();
            assertThat(seen)
                    .extracting(Seen::sequence, Seen::type, Seen::data)
                    .containsExactly(tuple(1L, "secured", "{\"n\":1.0}"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "triggers.ingested",
                "triggers.rejected",
                "triggers.throttled",
                "triggers.dispositions",
                "triggers.dead-letters",
                "triggers.event-processor-orgs-changelog",
                "__consumer_offsets"
            })
    void aSubscriberReadsNoOtherTopic(String topic) {
        try (var consumer = consumer("orders-sync.other")) {
            consumer.assign(List.of(new TopicPartition(topic, 0)));

            assertThatThrownBy(() -> consumer.poll(SOON)).isInstanceOf(TopicAuthorizationException.class);
        }
    }

    @Test
    void aSubscriberIsInNoOtherGroup() {
        for (String group : List.of("triggers.inbox-projector", "triggers.event-processor", "somebody-elses")) {
            try (var consumer = consumer(group)) {
                consumer.subscribe(List.of(ACCEPTED));

                assertThatThrownBy(() -> consumer.poll(SOON)).as(group).isInstanceOf(GroupAuthorizationException.class);
            }
        }
    }

    @Test
    void aSubscriberWritesNothing() {
        for (String topic : List.of(ACCEPTED, "triggers.ingested", "triggers.dispositions")) {
            try (var producer = new KafkaProducer<>(subscriber(), new StringSerializer(), new StringSerializer())) {
                assertThatThrownBy(() -> producer.send(new ProducerRecord<>(topic, "a", "{}"))
                                .get(10, SECONDS))
                        .as(topic)
                        .hasCauseInstanceOf(AuthorizationException.class);
            }
        }
    }

    @Test
    void aSubscriberSeesOneTopicAndChangesNothing() throws Exception {
        try (Admin admin = Admin.create(subscriber())) {
            assertThat(admin.listTopics().names().get(10, SECONDS)).containsExactly(ACCEPTED);
            assertDenied(admin.createTopics(List.of(new NewTopic("theirs", 1, (short) 1)))
                    .all());
            assertDenied(admin.deleteTopics(List.of(ACCEPTED)).all());
            assertDenied(admin.deleteRecords(Map.of(new TopicPartition(ACCEPTED, 0), RecordsToDelete.beforeOffset(-1)))
                    .all());
            assertDenied(admin.describeAcls(AclBindingFilter.ANY).values());
            assertDenied(admin.deleteConsumerGroups(List.of("triggers.inbox-projector"))
                    .all());
        }
    }

    private static void assertDenied(KafkaFuture<?> answer) {
        assertThatThrownBy(() -> answer.get(10, SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(AuthorizationException.class);
    }

    @Test
    void whoDoesNotSayWhoTheyAreRightIsNotLetIn() {
        Map<String, Object> wrong = as(KafkaSecurity.client("orders-sync", "guessed"));
        try (Admin admin = Admin.create(wrong)) {
            assertThatThrownBy(() -> admin.listTopics().names().get(10, SECONDS))
                    .hasCauseInstanceOf(SaslAuthenticationException.class);
        }
    }

    @Test
    void aTopicThatIsNotWhatItShouldBeIsSaidByEveryServiceAndLeftAsItIs() throws Exception {
        for (String service : services.instances()) {
            assertThat(get(service, "/readyz")).as(service).contains("topics\"]", "\"status\":\"ready\"");
            assertThat(get(service, "/metrics"))
                    .containsPattern("triggers_topics_deviations\\{service=\"" + service + "\"\\} 1(\\.0)?\n");
            assertThat(services.output(service))
                    .contains("triggers.rejected retention.ms: 86400000 (expected: 2678400000 and up, or -1)");
        }
    }

    private static String get(String service, String path) {
        HttpRequest request =
                HttpRequest.newBuilder(services.uri(service).resolve(path)).build();
        return new String(Client.sendToAny(request).body(), StandardCharsets.UTF_8);
    }

    private static KafkaConsumer<String, String> consumer(String group) {
        Map<String, Object> settings = subscriber();
        settings.putAll(Map.of(
                "group.id", group,
                "isolation.level", "read_committed",
                "auto.offset.reset", "earliest",
                "enable.auto.commit", "false"));
        return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    }

    private static Map<String, Object> subscriber() {
        return as(KafkaSecurity.client("orders-sync", "change-me"));
    }

    private static Map<String, Object> as(Map<String, String> user) {
        Map<String, Object> settings = new HashMap<>(user);
        settings.put("bootstrap.servers", backends.kafkaBootstrap());
        return settings;
    }
}
