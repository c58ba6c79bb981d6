package dev.triggers.proof;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.triggers.proof.Client.InboxEvent;
import io.cloudevents.CloudEvent;
import io.cloudevents.kafka.CloudEventDeserializer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code triggers.accepted} read with tools that nobody here wrote, as {@code docs/topics.md} says. Between the events
 * stand aborted transactions, which nobody may see.
 */
@TestMethodOrder(OrderAnnotation.class)
class TopicReadersIT {

    private static final String TOPIC = "triggers.accepted";
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int ORGS = 3;

    private static Path directory;
    private static Dev dev;
    private static String bootstrap;
    private static final Map<String, Client> CLIENTS = new LinkedHashMap<>();
    private static final List<Seen> EXPECTED = new ArrayList<>();

    @BeforeAll
    static void writeEventsAndAbortedOnes(@TempDir Path temp) {
        directory = temp;
        dev = Dev.startFrugally(temp.resolve("data"));
        bootstrap = dev.env("KAFKA_BOOTSTRAP");
        for (int i = 0; i < ORGS; i++) {
            Client client = dev.newOrg();
            String org =
                    Client.JSON.readTree(client.get("/v1/me").body()).get("org").asString();
            CLIENTS.put(org, client);
        }
        List<String> sample = Project.sample();
        CLIENTS.values().forEach(client -> sample.subList(0, 4).forEach(client::submit));
        abortInEveryPartition("first");
        CLIENTS.values().forEach(client -> sample.subList(4, sample.size()).forEach(client::submit));
        CLIENTS.forEach((org, client) -> EXPECTED.addAll(inbox(org, client, sample.size())));
        abortInEveryPartition("second");
    }

    /** What the topic has to show, by what the inbox does. */
    private static List<Seen> inbox(String org, Client client, int events) {
        await().atMost(SOON).until(() -> client.inbox("&status=all").size() == events);
        return client.inbox("&status=all").stream()
                .map((InboxEvent event) -> new Seen(org, event.sequence(), event.type(), event.data()))
                .toList();
    }

    /** Events that look real and were never accepted: in the log, between markers. */
    private static void abortInEveryPartition(String name) {
        Map<String, Object> settings = Map.of("bootstrap.servers", bootstrap, "transactional.id", "proof-" + name);
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            int partitions = producer.partitionsFor(TOPIC).size();
            for (int partition = 0; partition < partitions; partition++) {
                for (String org : CLIENTS.keySet()) {
                    ProducerRecord<String, String> aborted =
                            new ProducerRecord<>(TOPIC, partition, org, "{\"aborted\":true}");
                    Map.of(
                                    "ce_specversion", "1.0",
                                    "ce_id", "aborted",
                                    "ce_source", "/aborted",
                                    "ce_type", "aborted",
                                    "ce_trgsequence", "1000000")
                            .forEach((header, value) -> aborted.headers().add(header, value.getBytes(UTF_8)));
                    var _ = producer.send(aborted);
                }
            }
            producer.flush();
            producer.abortTransaction();
        }
    }

    @AfterAll
    static void stop() {
        dev.close();
    }

    @Test
    @Order(1)
    void whoReadsUncommittedSeesTheAbortedOnes() {
        Map<String, Object> settings = consumer("proof-uncommitted");
        settings.put("isolation.level", "read_uncommitted");
        int aborted = 2 * ORGS * 12;

        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(TOPIC));
            List<Seen> seen = new ArrayList<>();
            await().atMost(SOON).untilAsserted(() -> {
                consumer.poll(POLL).forEach(event -> seen.add(Seen.of(event)));
                assertThat(seen).hasSize(EXPECTED.size() + aborted);
            });
            assertThat(seen).filteredOn(event -> event.type().equals("aborted")).hasSize(aborted);
        }
    }

    @Test
    @Order(1)
    void kcatPrintsWhatAPersonCanRead() throws IOException {
        assertThat(run("kcat-there", "command -v kcat || true"))
                .as("kcat is not installed, and reads the topic here: apt-get install kcat, or brew install kcat")
                .contains("kcat");

        String printed = run("kcat", "exec 2>/dev/null\n" + TopicPage.shell("kcat "));

        List<Seen> seen = printed.lines()
                .filter(line -> line.contains("ce_specversion="))
                .map(TopicReadersIT::printed)
                .toList();
        Seen.assertInOrder(seen, EXPECTED);
        assertThat(printed).doesNotContain("aborted");
    }

    /** Key, headers, value, as {@code %k %h %s} gives them. */
    private static Seen printed(String line) {
        String org = line.substring(0, line.indexOf(' '));
        int data = line.indexOf(" {");
        String headers = line.substring(org.length() + 1, data);
        return new Seen(
                org,
                Long.parseLong(header(headers, "ce_trgsequence")),
                header(headers, "ce_type"),
                line.substring(data + 1));
    }

    private static String header(String headers, String name) {
        int begin = headers.indexOf(name + "=") + name.length() + 1;
        int end = headers.indexOf(',', begin);
        return headers.substring(begin, end < 0 ? headers.length() : end);
    }

    @Test
    @Order(1)
    void aConsumerGroupSeesEachOnceInItsOrganisationsOrder() {
        Map<String, Object> settings = consumer("proof");
        settings.put("enable.auto.commit", "true"); // so that what changes hands goes on where it was
        try (var one = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
                var other = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            one.subscribe(List.of(TOPIC));
            other.subscribe(List.of(TOPIC));
            List<Seen> seen = new ArrayList<>();
            await().atMost(SOON).until(() -> {
                one.poll(POLL).forEach(event -> seen.add(Seen.of(event)));
                other.poll(POLL).forEach(event -> seen.add(Seen.of(event)));
                return seen.size() >= EXPECTED.size() && !other.assignment().isEmpty();
            });
            Seen.assertInOrder(seen, EXPECTED);
        }
    }

    @Test
    @Order(1)
    void theCloudEventsSdkReadsThemAsCloudEvents() {
        try (var consumer =
                new KafkaConsumer<>(consumer("proof-sdk"), new StringDeserializer(), new CloudEventDeserializer())) {
            consumer.subscribe(List.of(TOPIC));
            List<Seen> seen = new ArrayList<>();
            await().atMost(SOON).until(() -> {
                consumer.poll(POLL).forEach(record -> seen.add(event(record)));
                return seen.size() >= EXPECTED.size();
            });
            assertThat(consumer.poll(POLL)).isEmpty();
            Seen.assertInOrder(seen, EXPECTED);
        }
    }

    private static Seen event(ConsumerRecord<String, CloudEvent> record) {
        CloudEvent event = record.value();
        assertThat(event.getSpecVersion()).hasToString("1.0");
        assertThat(event.getDataContentType()).isEqualTo("application/json");
        assertThat(event.getTime()).isNotNull();
        assertThat(event.getExtension("trgorg")).isEqualTo(record.key());
        return new Seen(
                record.key(),
                Long.parseLong(String.valueOf(event.getExtension("trgsequence"))),
                event.getType(),
                new String(Objects.requireNonNull(event.getData()).toBytes(), UTF_8));
    }

    @Test
    @Order(1)
    void aShareGroupSeesEachAndNoAbortedOne() throws Exception {
        String group = "proof-share";
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.GROUP, group),
                            List.of(
                                    set("share.isolation.level", "read_committed"),
                                    set("share.auto.offset.reset", "earliest"))))
                    .all()
                    .get(10, SECONDS);
        }
        Map<String, Object> settings = Map.of("bootstrap.servers", bootstrap, "group.id", group);
        try (var consumer = new KafkaShareConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(TOPIC));
            List<Seen> seen = new ArrayList<>();
            await().atMost(SOON).until(() -> {
                consumer.poll(POLL).forEach(event -> seen.add(Seen.of(event)));
                return seen.size() >= EXPECTED.size();
            });
            consumer.poll(POLL).forEach(event -> seen.add(Seen.of(event)));
            assertThat(seen).containsExactlyInAnyOrderElementsOf(EXPECTED);
        }
    }

    private static AlterConfigOp set(String name, String value) {
        return new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
    }

    /** It takes events out of the topic, so it comes last. */
    @Test
    @Order(2)
    void theExampleGoesOnWhereItStoppedSkipsWhatItDidAndSaysWhatItMissed() throws Exception {
        assertThat(Files.readAllLines(Project.ROOT.resolve("docs/examples/subscriber/Subscriber.java")))
                .hasSizeLessThan(80);
        String first = subscriber("first", EXPECTED.size());
        Seen.assertInOrder(events(first), EXPECTED);
        assertThat(first).doesNotContain("GAP").doesNotContain("SKIP");

        String org = CLIENTS.keySet().iterator().next();
        Client client = Objects.requireNonNull(CLIENTS.get(org));
        int before = Project.sample().size();
        forgetOffsets("proof-example");
        submitAndAwait(org, client, before + 1);
        String second = subscriber("second", 1);
        assertThat(events(second)).containsExactly(new Seen(org, before + 1, "more", "{}"));
        assertThat(second.lines().filter(line -> line.startsWith("SKIP "))).hasSize(EXPECTED.size());
        assertThat(second).doesNotContain("GAP");

        submitAndAwait(org, client, before + 2);
        submitAndAwait(org, client, before + 3);
        deleteAllRecords();
        submitAndAwait(org, client, before + 4);
        String third = subscriber("third", 1);
        assertThat(third)
                .contains("GAP " + org + " " + (before + 2) + ".." + (before + 3) + ": ")
                .doesNotContain("SKIP");
        assertThat(events(third)).containsExactly(new Seen(org, before + 4, "more", "{}"));
    }

    private static void submitAndAwait(String org, Client client, int events) {
        client.submit("{\"type\":\"more\",\"data\":{}}");
        inbox(org, client, events);
    }

    /** Runs until it has said so many events, and ends it. */
    private static String subscriber(String name, int events) {
        Path output = directory.resolve("subscriber-" + name + ".out");
        Launched subscriber = Launched.start(output, environment(), List.of("bash", "-c", documentedSubscriber()));
        await().atMost(SOON).until(() -> events(subscriber.wholeLines()).size() >= events);
        subscriber.stop(Duration.ofSeconds(10));
        assertThat(subscriber.output()).contains("END");
        return subscriber.output();
    }

    /** With the JDK of this test before others; it compiles, runs for a moment and needs no second compiler. */
    private static Map<String, String> environment() {
        return Map.of(
                "PATH",
                Path.of(System.getProperty("java.home"), "bin") + ":" + System.getenv("PATH"),
                "JDK_JAVA_OPTIONS",
                "-XX:TieredStopAtLevel=1");
    }

    /** The command of the page, but for its group and its file; as the process that is launched. */
    private static String documentedSubscriber() {
        return TopicPage.shell("Subscriber.java")
                .replace("data/dev.env", dev.data().resolve("dev.env").toString())
                .replace("my-group", "proof-example")
                .replace("my-sequences", directory.resolve("sequences").toString())
                .replace("java -cp", "exec java -cp");
    }

    private static List<Seen> events(String output) {
        return output.lines()
                .filter(line -> line.startsWith("EVENT "))
                .map(line -> line.split(" ", 5))
                .map(words -> new Seen(words[1], Long.parseLong(words[2]), words[3], words[4]))
                .toList();
    }

    private static void forgetOffsets(String group) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.deleteConsumerGroups(List.of(group)).all().get(10, SECONDS);
        }
    }

    /** As retention does, for who is away too long. */
    private static void deleteAllRecords() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
            for (TopicDescription topic : admin.describeTopics(List.of(TOPIC))
                    .allTopicNames()
                    .get(10, SECONDS)
                    .values()) {
                topic.partitions()
                        .forEach(partition -> all.put(
                                new TopicPartition(TOPIC, partition.partition()), RecordsToDelete.beforeOffset(-1)));
            }
            admin.deleteRecords(all).all().get(10, SECONDS);
        }
    }

    private static Map<String, Object> consumer(String group) {
        return new HashMap<>(Map.of(
                "bootstrap.servers", bootstrap,
                "group.id", group,
                "isolation.level", "read_committed",
                "auto.offset.reset", "earliest",
                "enable.auto.commit", "false"));
    }

    private static String run(String name, String commands) throws IOException {
        String script =
                commands.replace("data/dev.env", dev.data().resolve("dev.env").toString());
        Launched shell = Launched.start(
                directory.resolve(name + ".out"), Map.of(), List.of("bash", "-e", "-o", "pipefail", "-c", script));
        assertThat(shell.awaitEnd(Duration.ofSeconds(60))).as(shell.output()).isZero();
        return shell.output();
    }
}
