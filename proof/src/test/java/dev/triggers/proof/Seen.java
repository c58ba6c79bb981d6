package dev.triggers.proof;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** An accepted event as a reader of the topic saw it. */
record Seen(String org, long sequence, String type, String data) {

    static Seen of(ConsumerRecord<String, String> event) {
        return new Seen(
                event.key(), Long.parseLong(header(event, "ce_trgsequence")), header(event, "ce_type"), event.value());
    }

    private static String header(ConsumerRecord<?, ?> event, String name) {
        return new String(event.headers().lastHeader(name).value(), UTF_8);
    }

    /** That each was seen once, and those of each organisation in its order. */
    static void assertInOrder(List<Seen> seen, List<Seen> expected) {
        assertThat(byOrg(seen)).isEqualTo(byOrg(expected));
    }

    private static Map<String, List<Seen>> byOrg(List<Seen> events) {
        return events.stream().collect(groupingBy(Seen::org, toList()));
    }
}
