package dev.triggers.inbox.projection;

import dev.triggers.common.wire.DeadLetter;
import dev.triggers.common.wire.Topic;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Where in the log the parts of a batch stand, so that one that can not be kept is told of. The records themselves are not
 * kept until then: a header is several objects, and a batch that waits for its turn has thousands of records.
 */
public final class Origins {

    private final List<Object> parts = new ArrayList<>();
    private final List<Place> places = new ArrayList<>();
    /** Of all, once one of them is asked for: hardly ever. */
    private @Nullable IdentityHashMap<Object, Place> found;

    private record Place(TopicPartition partition, long offset) {

        @Override
        public String toString() {
            return partition + "@" + offset;
        }
    }

    <T> T remember(T read, TopicPartition partition, long offset) {
        parts.add(read);
        places.add(new Place(partition, offset));
        return read;
    }

    /**
     * What this very object says, written as its topic has it, with its place and the reason. The place is {@code unknown}
     * where it was read from no record.
     */
    public <V> DeadLetter letter(Topic<?, V> topic, V read, String reason) {
        Place place = found().get(read);
        RecordHeaders headers = new RecordHeaders();
        byte[] value = topic.wire().write(read, headers);
        return new DeadLetter(place == null ? "unknown" : place.toString(), reason, headers, Optional.of(value));
    }

    private IdentityHashMap<Object, Place> found() {
        IdentityHashMap<Object, Place> all = found;
        if (all == null || all.size() < parts.size()) {
            all = new IdentityHashMap<>();
            for (int i = 0; i < parts.size(); i++) {
                all.put(parts.get(i), places.get(i));
            }
            found = all;
        }
        return all;
    }

    /** A record that can not be read, as it stands. */
    static DeadLetter unreadable(ConsumerRecord<byte[], byte[]> record, String reason) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        return new DeadLetter(
                new Place(partition, record.offset()).toString(),
                reason,
                record.headers(),
                Optional.ofNullable(record.value()));
    }
}
