package dev.triggers.inbox.postgres;

import dev.triggers.common.wire.Accepted;
import dev.triggers.common.wire.Rejected;
import dev.triggers.common.wire.Topic;
import dev.triggers.common.wire.Topics;
import dev.triggers.inbox.projection.Batch;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What of a batch is not older than the retention and becomes rows.
 *
 * @param days those the rows are of
 * @param expired how many are older, by topic
 */
record Keepable(
        List<Accepted> accepted,
        List<Accepted> placeholders,
        List<Rejected> rejected,
        Set<LocalDate> days,
        Map<Topic<?, ?>, Integer> expired) {

    static Keepable of(Batch batch, Retention retention) {
        List<Accepted> accepted = batch.accepted().stream()
                .filter(each -> retention.keeps(each.decidedAt()))
                .toList();
        List<Accepted> placeholders = batch.placeholders().stream()
                .filter(each -> retention.keeps(each.decidedAt()))
                .toList();
        List<Rejected> rejected = batch.rejected().stream()
                .filter(each -> retention.keeps(each.decidedAt()))
                .toList();
        Set<LocalDate> days = new TreeSet<>();
        accepted.forEach(each -> days.add(Retention.dayOf(each.decidedAt())));
        placeholders.forEach(each -> days.add(Retention.dayOf(each.decidedAt())));
        rejected.forEach(each -> days.add(Retention.dayOf(each.decidedAt())));
        return new Keepable(
                accepted,
                placeholders,
                rejected,
                days,
                Map.of(
                        Topics.ACCEPTED, batch.accepted().size() - accepted.size(),
                        Topics.REJECTED, batch.rejected().size() - rejected.size()));
    }

    /** All that take a sequence, kept or not. */
    static List<Accepted> all(Batch batch) {
        return Stream.concat(batch.accepted().stream(), batch.placeholders().stream())
                .toList();
    }
}
