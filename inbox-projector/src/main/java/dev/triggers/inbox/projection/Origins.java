package dev.triggers.inbox.projection;

import dev.triggers.common.wire.DeadLetter;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** The records that the parts of a batch were read from, so that one that can not be kept is told of as it stood. */
public final class Origins {

    private final List<Object> parts = new ArrayList<>();
    private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    /** Of all, once one of them is asked for: hardly ever. */
    private @Nullable IdentityHashMap<Object, ConsumerRecord<byte[], byte[]>> found;

    <T> T remember(T read, ConsumerRecord<byte[], byte[]> record) {
        parts.add(read);
        records.add(record);
        return read;
    }

    /** The record of this very object, with the reason. Without headers or value where it was read from no record. */
    public DeadLetter letter(Object read, String reason) {
        ConsumerRecord<byte[], byte[]> record = found().get(read);
        return record == null
                ? new DeadLetter("unknown", reason, new RecordHeaders(), Optional.empty())
                : letter(record, reason);
    }

    private IdentityHashMap<Object, ConsumerRecord<byte[], byte[]>> found() {
        IdentityHashMap<Object, ConsumerRecord<byte[], byte[]>> all = found;
        if (all == null || all.size() < parts.size()) {
            all = new IdentityHashMap<>();
            for (int i = 0; i < parts.size(); i++) {
                all.put(parts.get(i), records.get(i));
            }
            found = all;
        }
        return all;
    }

    static DeadLetter letter(ConsumerRecord<byte[], byte[]> record, String reason) {
        return new DeadLetter(
                record.topic() + "-" + record.partition() + "@" + record.offset(),
                reason,
                record.headers(),
                Optional.ofNullable(record.value()));
    }
}
