//DEPS org.apache.kafka:kafka-clients:4.2.2
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads triggers.accepted: every event of every organisation once, in its organisation's order. Resumes by sequence, and
 * says when events are missing. {@code java -cp KAFKA-CLIENTS Subscriber.java BOOTSTRAP GROUP FILE [CLIENT.properties]}
 *
 * @param last the last sequence handled, by organisation, kept in the file. In earnest that is your database: a sequence
 *     is written in the same transaction as what you do for its event.
 */
record Subscriber(Path file, Properties last) {

    public static void main(String[] args) throws IOException {
        Properties client = load(args.length > 3 ? args[3] : "client.properties"); // security, if Kafka asks for it
        client.putAll(Map.of("bootstrap.servers", args[0], "group.id", args[1]));
        client.put("isolation.level", "read_committed"); // else: events that were never accepted
        client.putAll(Map.of("auto.offset.reset", "earliest", "enable.auto.commit", "false"));
        var subscriber = new Subscriber(Path.of(args[2]), load(args[2]));
        var closed = new CompletableFuture<Void>();
        try (var consumer = new KafkaConsumer<>(client, new StringDeserializer(), new StringDeserializer())) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                consumer.wakeup();
                closed.join(); // left the group, so that nobody waits for this one's session to end
            }));
            consumer.subscribe(List.of("triggers.accepted"));
            while (true) {
                for (var event : consumer.poll(Duration.ofSeconds(1))) subscriber.take(event);
                subscriber.save(); // first what was done,
                consumer.commitSync(); // then where to go on: a crash in between repeats, and take() skips
            }
        } catch (WakeupException e) {
            System.out.println("END");
        } finally {
            closed.complete(null);
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

    private static Properties load(String file) throws IOException {
        Properties all = new Properties();
        if (Files.exists(Path.of(file))) all.load(new StringReader(Files.readString(Path.of(file))));
        return all;
    }

    private void save() throws IOException {
        var text = new StringWriter();
        last.store(text, "last sequence of each organisation");
        Path next = Files.writeString(Path.of(file + ".next"), text.toString());
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
