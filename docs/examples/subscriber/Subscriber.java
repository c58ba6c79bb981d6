//DEPS org.apache.kafka:kafka-clients:4.2.2
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.time.Duration;
import java.util.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads triggers.accepted: every event of every organisation once, in its organisation's order. Resumes by sequence, and
 * says when events are missing. Run it with {@code java -cp KAFKA-CLIENTS Subscriber.java BOOTSTRAP GROUP FILE [CLIENT.properties]}.
 */
class Subscriber {

    /** Last sequence handled, by organisation. Your database: written in one transaction with what you do for the event. */
    private final Properties last = new Properties();
    private final Path file;

    Subscriber(Path file) throws IOException {
        this.file = file;
        if (Files.exists(file)) {
            try (Reader in = Files.newBufferedReader(file)) {
                last.load(in);
            }
        }
    }

    public static void main(String[] args) throws IOException {
        Properties client = new Properties();
        if (args.length > 3) {
            try (Reader in = Files.newBufferedReader(Path.of(args[3]))) {
                client.load(in); // security
            }
        }
        client.putAll(Map.of("bootstrap.servers", args[0], "group.id", args[1]));
        client.put("isolation.level", "read_committed"); // else: events that were never accepted
        client.putAll(Map.of("auto.offset.reset", "earliest", "enable.auto.commit", "false"));
        var subscriber = new Subscriber(Path.of(args[2]));
        try (var consumer = new KafkaConsumer<>(client, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of("triggers.accepted"));
            while (true) {
                for (var event : consumer.poll(Duration.ofSeconds(1))) {
                    subscriber.take(event);
                }
                subscriber.save(); // first what was done,
                consumer.commitSync(); // then where to go on: a crash in between repeats, and take() skips
            }
        }
    }

    private void take(ConsumerRecord<String, String> event) {
        String org = event.key();
        long sequence = Long.parseLong(header(event, "ce_trgsequence"));
        long expected = Long.parseLong(last.getProperty(org, "0")) + 1;
        if (sequence < expected) {
            System.out.printf("SKIP %s %d: done before%n", org, sequence);
            return;
        }
        if (sequence > expected) {
            System.out.printf("GAP %s %d..%d: left the topic before they were read%n", org, expected, sequence - 1);
        }
        System.out.printf("EVENT %s %d %s %s%n", org, sequence, header(event, "ce_type"), event.value());
        last.setProperty(org, Long.toString(sequence));
    }

    private static String header(ConsumerRecord<String, String> event, String name) {
        return new String(event.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    private void save() throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try (Writer out = Files.newBufferedWriter(next)) {
            last.store(out, "last sequence of each organisation");
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
