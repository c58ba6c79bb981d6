package dev.triggers.processor.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.common.event.Receipt;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class UndecidedTest {

    private final Undecided.Fetched fetched = Undecided.ofThisThread();

    @Test
    void whatAPollBringsIsUndecidedUntilTheLastOfEachPartitionIsDecided() {
        try (Undecided consumer = new Undecided()) {
            consumer.onConsume(records(Map.of(3, 7L, 5, 40L)));
            assertThat(fetched.none()).isFalse();
            fetched.decided(new Receipt(3, 7));
            fetched.decided(new Receipt(5, 39));
            assertThat(fetched.none()).isFalse();
            consumer.onConsume(records(Map.of(5, 41L)));
            fetched.decided(new Receipt(5, 40));
            assertThat(fetched.none()).isFalse();
            fetched.decided(new Receipt(5, 41));
            assertThat(fetched.none()).isTrue();
        }
    }

    /** Two of each partition, by the offset of the last. */
    private static ConsumerRecords<byte[], byte[]> records(Map<Integer, Long> last) {
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> records = new LinkedHashMap<>();
        last.forEach((partition, offset) -> records.put(
                new TopicPartition("ingested", partition),
                Stream.of(offset - 1, offset)
                        .map(one -> new ConsumerRecord<>("ingested", partition, one, new byte[0], new byte[0]))
                        .toList()));
        return new ConsumerRecords<>(records, Map.of());
    }
}
