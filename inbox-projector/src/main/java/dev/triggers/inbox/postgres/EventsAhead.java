package dev.triggers.inbox.postgres;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.EventType;
import dev.triggers.common.event.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Events that lie ahead of inboxes' frontiers, read before they are leased: a consumer that works through a backlog asks for
 * the next ones soon. Events never change, so what is known here is so; what is not known is read. Says nothing about what may be
 * leased. Bounded over all inboxes, and forgotten within seconds.
 */
final class EventsAhead {

    /** The most events of a run, and bytes of data after which it ends. */
    static final int MOST_EVENTS = 1_000;

    static final int MOST_BYTES = 1 << 20;

    private static final long ALL_BYTES = 16 << 20;
    private static final int BESIDES_DATA = 400;
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private final Cache<InboxId, Run> runs = Caffeine.newBuilder()
            .maximumWeight(ALL_BYTES)
            .weigher((InboxId _, Run run) -> run.bytes())
            .expireAfterWrite(LONGEST)
            .executor(Runnable::run)
            .build();

    /** An event as it stands in the tables. */
    record Stored(long sequence, EventId id, EventType type, String source, Instant acceptedAt, Payload data) {}

    /**
     * Events of some sequences.
     *
     * @param sequences all that were looked at: those of them without an event are no longer kept
     */
    record Run(Sequences sequences, List<Stored> events) {

        boolean covers(Sequences wanted) {
            return wanted.minus(sequences).isEmpty();
        }

        private int bytes() {
            return events.stream()
                    .mapToInt(event -> BESIDES_DATA + event.data().size())
                    .sum();
        }
    }

    /** What is known of an inbox, whatever that is. */
    Optional<Run> of(InboxId inbox) {
        return Optional.ofNullable(runs.getIfPresent(inbox));
    }

    /** Instead of what was known. */
    void remember(InboxId inbox, Run run) {
        runs.put(inbox, run);
    }
}
