package dev.triggers.inbox.projection;

import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.wire.Accepted;
import dev.triggers.common.wire.DeadLetter;
import dev.triggers.common.wire.Rejected;
import dev.triggers.common.wire.Topics;
import dev.triggers.inbox.projection.Batch.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records of the log, as they come, read into a {@link Batch}. Used once. */
final class BatchReader {

    private static final Logger log = LoggerFactory.getLogger(BatchReader.class);

    private final Map<TopicPartition, Long> positions;
    /** In one order always, so that two projectors that fight over partitions do not wait for each other in a circle. */
    private final Map<TopicPartition, Span> spans = new TreeMap<>(LogProjector.BY_NAME);

    private final List<Accepted> accepted = new ArrayList<>();
    private final List<Rejected> rejected = new ArrayList<>();
    private final List<Disposition> dispositions = new ArrayList<>();
    private final List<Accepted> placeholders = new ArrayList<>();
    private final List<DeadLetter> unreadable = new ArrayList<>();
    private final Origins origins = new Origins();

    /** @param positions of the partitions held: records below them, and of other partitions, are passed over */
    BatchReader(Map<TopicPartition, Long> positions) {
        this.positions = positions;
    }

    Batch read(List<ConsumerRecord<byte[], byte[]>> records) {
        for (int from = 0, to; from < records.size(); from = to) {
            ConsumerRecord<byte[], byte[]> first = records.get(from);
            to = endOfRun(records, from);
            TopicPartition partition = new TopicPartition(first.topic(), first.partition());
            Long position = positions.get(partition);
            if (position != null) {
                read(partition, position, records.subList(from, to));
            }
        }
        return new Batch(spans, accepted, rejected, dispositions, placeholders, unreadable, origins);
    }

    /** Records of a partition come one after the other. */
    private static int endOfRun(List<ConsumerRecord<byte[], byte[]>> records, int from) {
        ConsumerRecord<byte[], byte[]> first = records.get(from);
        int to = from + 1;
        while (to < records.size() && !differ(first, records.get(to))) {
            to++;
        }
        return to;
    }

    /** Whether these are of two partitions. */
    static boolean differ(ConsumerRecord<?, ?> one, ConsumerRecord<?, ?> other) {
        return one.partition() != other.partition() || !one.topic().equals(other.topic());
    }

    private void read(TopicPartition partition, long position, List<ConsumerRecord<byte[], byte[]>> records) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (record.offset() >= position) {
                read(partition, record);
            }
        }
        long end = records.getLast().offset() + 1;
        if (end > position) {
            spans.merge(partition, new Span(position, end), (first, last) -> new Span(first.from(), last.to()));
        }
    }

    private void read(TopicPartition partition, ConsumerRecord<byte[], byte[]> record) {
        try {
            if (record.topic().equals(Topics.ACCEPTED.name())) {
                accepted.add(origins.remember(Topics.ACCEPTED.read(record), partition, record.offset()));
            } else if (record.topic().equals(Topics.REJECTED.name())) {
                rejected.add(origins.remember(Topics.REJECTED.read(record), partition, record.offset()));
            } else {
                dispositions.add(origins.remember(Topics.DISPOSITIONS.read(record), partition, record.offset()));
            }
        } catch (RuntimeException e) { // reading depends on nothing but the record: it fails each time
            setAside(record, e);
        }
    }

    private void setAside(ConsumerRecord<byte[], byte[]> record, RuntimeException why) {
        log.atError()
                .addKeyValue("topic", record.topic())
                .addKeyValue("partition", record.partition())
                .addKeyValue("offset", record.offset())
                .log("record not readable, set aside");
        unreadable.add(Origins.unreadable(record, String.valueOf(why.getMessage())));
        if (record.topic().equals(Topics.ACCEPTED.name())) {
            Placeholder.of(record).ifPresent(placeholders::add);
        }
    }
}
