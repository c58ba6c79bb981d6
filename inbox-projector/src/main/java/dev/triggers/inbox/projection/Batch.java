package dev.triggers.inbox.projection;

import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.wire.Accepted;
import dev.triggers.common.wire.DeadLetter;
import dev.triggers.common.wire.Rejected;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Records that are applied together.
 *
 * @param spans which part of which partition this is
 * @param dispositions in log order for each org
 * @param placeholders what stands for accepted events that could not be read
 * @param unreadable the records that could not be read
 * @param origins where the others stand
 */
public record Batch(
        Map<TopicPartition, Span> spans,
        List<Accepted> accepted,
        List<Rejected> rejected,
        List<Disposition> dispositions,
        List<Accepted> placeholders,
        List<DeadLetter> unreadable,
        Origins origins) {

    /** Offsets {@code from} (included) to {@code to} (excluded): the position before and after. */
    public record Span(long from, long to) {}

    /** All of it was readable. */
    public Batch(
            Map<TopicPartition, Span> spans,
            List<Accepted> accepted,
            List<Rejected> rejected,
            List<Disposition> dispositions) {
        this(spans, accepted, rejected, dispositions, List.of(), List.of(), new Origins());
    }

    /** How many records. */
    int size() {
        return accepted.size() + rejected.size() + dispositions.size() + unreadable.size();
    }
}
