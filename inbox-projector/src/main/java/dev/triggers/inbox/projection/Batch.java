package dev.triggers.inbox.projection;

import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.wire.Accepted;
import dev.triggers.common.wire.Rejected;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Records that are applied together.
 *
 * @param spans which part of which partition this is
 * @param dispositions in log order for each org
 */
public record Batch(
        Map<TopicPartition, Span> spans,
        List<Accepted> accepted,
        List<Rejected> rejected,
        List<Disposition> dispositions) {

    /** Offsets {@code from} (included) to {@code to} (excluded): the position before and after. */
    public record Span(long from, long to) {}
}
