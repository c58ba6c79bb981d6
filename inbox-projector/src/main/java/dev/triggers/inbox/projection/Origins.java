package dev.triggers.inbox.projection;

import dev.triggers.common.wire.DeadLetter;
import java.util.IdentityHashMap;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** The records that the parts of a batch were read from, so that one that can not be kept is told of as it stood. */
public final class Origins {

    private final IdentityHashMap<Object, ConsumerRecord<byte[], byte[]>> records = new IdentityHashMap<>();

    <T> T remember(T read, ConsumerRecord<byte[], byte[]> record) {
        records.put(read, record);
        return read;
    }

    /** The record of this very object, with the reason. Without headers or value where it was read from no record. */
    public DeadLetter letter(Object read, String reason) {
        ConsumerRecord<byte[], byte[]> record = records.get(read);
        return record == null
                ? new DeadLetter("unknown", reason, new RecordHeaders(), Optional.empty())
                : letter(record, reason);
    }

    static DeadLetter letter(ConsumerRecord<byte[], byte[]> record, String reason) {
        return new DeadLetter(
                record.topic() + "-" + record.partition() + "@" + record.offset(),
                reason,
                record.headers(),
                Optional.ofNullable(record.value()));
    }
}
