package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.Disposition.Stamp;
import dev.triggers.common.disposition.Disposition.Stamped;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.wire.Accepted;
import dev.triggers.common.wire.Outcome;
import dev.triggers.common.wire.Rejected;
import dev.triggers.common.wire.Topics;
import dev.triggers.inbox.projection.Batch;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The books, kept with the rows they are about, in the same transaction: how many outcomes each org has in each hour, and
 * how far outcomes have come. Rows are changed in one order in every transaction, so that two projectors never wait for
 * each other in a circle.
 */
final class HourRows {

    private static final String COUNT = """
            insert into inbox.hour as h (org, hour, outcome, submissions, first_sequence, last_sequence)
            select * from unnest(?, ?, ?, ?, ?, ?)
            on conflict (org, hour, outcome) do update set
              submissions = h.submissions + excluded.submissions,
              first_sequence = least(h.first_sequence, excluded.first_sequence),
              last_sequence = greatest(h.last_sequence, excluded.last_sequence)""";
    private static final String RAISE = """
            insert into inbox.decided as d (topic, partition, through) select * from unnest(?, ?, ?)
            on conflict (topic, partition) do update set through = greatest(d.through, excluded.through)""";

    private HourRows() {}

    /** What counts the outcomes of a batch; nothing where it has none. */
    static List<RoundTrip.Part> count(Batch batch) {
        Map<Key, Count> counts = new HashMap<>();
        for (Accepted accepted : batch.accepted()) {
            countOf(counts, accepted.event().org(), accepted.decidedAt(), Outcome.ACCEPTED)
                    .add(accepted.sequence());
        }
        for (Rejected rejected : batch.rejected()) {
            countOf(counts, rejected.org(), rejected.decidedAt(), rejected.outcome()).submissions++;
        }
        Map<Place, Long> through = new TreeMap<>(Place.ORDER);
        raise(through, Topics.ACCEPTED.name(), batch.accepted(), Accepted::receipt);
        raise(through, Topics.REJECTED.name(), batch.rejected(), Rejected::receipt);
        raise(through, Topics.DISPOSITIONS.name(), stamps(batch), Stamp::receipt);
        List<RoundTrip.Part> parts = new ArrayList<>();
        if (!counts.isEmpty()) {
            parts.add(count(counts.entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .toList()));
        }
        if (!through.isEmpty()) {
            parts.add(raise(List.copyOf(through.entrySet())));
        }
        return parts;
    }

    private static List<Stamp> stamps(Batch batch) {
        return batch.dispositions().stream()
                .filter(Stamped.class::isInstance)
                .map(Stamped.class::cast)
                .map(Stamped::stamp)
                .toList();
    }

    private record Key(OrgId org, Instant hour, Outcome outcome) implements Comparable<Key> {

        private static final Comparator<Key> ORDER =
                Comparator.comparing(Key::org).thenComparing(Key::hour).thenComparing(Key::outcome);

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }
    }

    /** Of one row, while it is counted. */
    private static final class Count {

        private long submissions;
        private long first = Long.MAX_VALUE;
        private long last = Long.MIN_VALUE;

        private void add(long sequence) {
            submissions++;
            first = Math.min(first, sequence);
            last = Math.max(last, sequence);
        }

        private @Nullable Long sequence(long value) {
            return first > last ? null : Long.valueOf(value);
        }
    }

    private static Count countOf(Map<Key, Count> counts, OrgId org, Instant at, Outcome outcome) {
        return counts.computeIfAbsent(new Key(org, at.truncatedTo(ChronoUnit.HOURS), outcome), _ -> new Count());
    }

    private static RoundTrip.Part count(List<Map.Entry<Key, Count>> rows) {
        return new GivenRows<>(COUNT, rows)
                .column("uuid", row -> row.getKey().org().value())
                .column("timestamptz", row -> row.getKey().hour().atOffset(ZoneOffset.UTC))
                .column("text", row -> row.getKey().outcome().toString())
                .column("bigint", row -> row.getValue().submissions)
                .column("bigint", row -> row.getValue().sequence(row.getValue().first))
                .column("bigint", row -> row.getValue().sequence(row.getValue().last));
    }

    /** A partition of receipts, whose outcomes are in a topic. */
    private record Place(String topic, int partition) {

        private static final Comparator<Place> ORDER =
                Comparator.comparing(Place::topic).thenComparingInt(Place::partition);
    }

    private static <T> void raise(
            Map<Place, Long> through, String topic, List<T> outcomes, Function<T, Receipt> receipt) {
        outcomes.forEach(outcome -> {
            Receipt at = receipt.apply(outcome);
            through.merge(new Place(topic, at.partition()), at.offset(), Math::max);
        });
    }

    private static RoundTrip.Part raise(List<Map.Entry<Place, Long>> rows) {
        return new GivenRows<>(RAISE, rows)
                .column("text", row -> row.getKey().topic())
                .column("int", row -> row.getKey().partition())
                .column("bigint", Map.Entry::getValue);
    }
}
