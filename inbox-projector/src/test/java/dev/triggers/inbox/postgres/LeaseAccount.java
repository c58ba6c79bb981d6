package dev.triggers.inbox.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.common.disposition.Sequences;
import dev.triggers.inbox.Leases.Lease;
import dev.triggers.inbox.Message;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/** Who holds which message until when, said as plainly as can be. Times are offsets from the start. */
final class LeaseAccount {

    private final Map<Long, Holder> holders = new HashMap<>();
    private final Map<Long, Integer> counts = new HashMap<>();
    private final Set<Long> acked = new HashSet<>();
    private final Set<Long> quarantined = new HashSet<>();
    private Duration now = Duration.ZERO;

    private record Holder(long lease, Duration until) {}

    void now(Duration time) {
        now = time;
    }

    int acked() {
        return acked.size();
    }

    int quarantined() {
        return quarantined.size();
    }

    List<Long> available(long arrived) {
        return LongStream.rangeClosed(1, arrived)
                .filter(s -> !acked.contains(s) && !quarantined.contains(s) && !held(s))
                .boxed()
                .toList();
    }

    private boolean held(long sequence) {
        Holder holder = holders.get(sequence);
        return holder != null && now.compareTo(holder.until) < 0;
    }

    void lease(Lease lease, Duration until, long arrived) {
        List<Long> available = available(arrived);
        for (Message message : lease.messages()) {
            assertThat(available).contains(message.sequence());
            assertThat(message.leaseCount()).isEqualTo(counts.merge(message.sequence(), 1, Integer::sum));
            holders.put(message.sequence(), new Holder(lease.id().number(), until));
        }
        boolean bad = lease.messages().stream().anyMatch(m -> m.leaseCount() > 2);
        assertThat(!bad || lease.messages().size() == 1)
                .as("what failed often goes alone")
                .isTrue();
    }

    /** What failed too often. */
    void quarantine(Sequences sequences) {
        sequences.stream().forEach(s -> {
            assertThat(counts.get(s)).isGreaterThanOrEqualTo(4);
            assertThat(held(s)).isFalse();
            quarantined.add(s);
        });
    }

    /** Whether a request about these is in order: each is held by this lease, done, or set aside. */
    boolean holdsOrDone(Lease lease, Set<Long> sequences) {
        return sequences.stream()
                .allMatch(s -> settled(s) || (held(s) && holder(s) == lease.id().number()));
    }

    private boolean settled(long sequence) {
        return acked.contains(sequence) || quarantined.contains(sequence);
    }

    private long holder(long sequence) {
        Holder holder = holders.get(sequence);
        return holder == null ? 0 : holder.lease;
    }

    void acknowledge(Set<Long> sequences) {
        sequences.stream().filter(s -> !quarantined.contains(s)).forEach(acked::add);
    }

    void release(Lease lease, Set<Long> sequences) {
        sequences.stream().filter(s -> !acked.contains(s)).forEach(holders::remove);
        assertThat(lease.messages()).isNotEmpty();
    }
}
