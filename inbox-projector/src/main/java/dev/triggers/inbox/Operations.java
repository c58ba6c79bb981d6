package dev.triggers.inbox;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.event.DedupId;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.problem.ProblemException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * What somebody does to an inbox beside handling messages: redrive, replay, purge. Each is a disposition that stands in the
 * log before this answers, with who asked for it. A purge has taken effect then; the others take effect when the projector
 * has applied them. Throws {@link InboxUnavailable}, {@link DispositionLog.Unavailable} when the log did not take it, and
 * {@link ProblemException} with {@code not_found} where the org has no such inbox.
 */
public interface Operations {

    /** Ranges of sequences that one operation covers at most. */
    int MOST_RANGES = 10_000;

    /**
     * Lets quarantined messages be handed out again, as if never handed out.
     *
     * @param messages which; those that are not quarantined are passed over; empty: all
     */
    Result redrive(OrgId org, InboxId inbox, Optional<List<MessageId>> messages, Asker asker);

    /**
     * Opens what was done from a place on. What is leased, kept back or quarantined stays as it is; what is no longer kept
     * stays gone.
     */
    Result replay(OrgId org, InboxId inbox, From from, Asker asker);

    /** Closes everything that is neither quarantined nor in a lease that lasts. */
    Result purge(OrgId org, InboxId inbox, Asker asker);

    /**
     * Who asks, and for what.
     *
     * @param keyId of the API key
     * @param request names the request among all of the inbox: asked again under this name it is done once, for as long as
     *     the operation is kept. The same name for another request is an {@code invalid_parameter}
     */
    record Asker(String keyId, Optional<DedupId> request) {

        /** Asks for something new each time. */
        public Asker(String keyId) {
            this(keyId, Optional.empty());
        }
    }

    /** One operation of the org. */
    Optional<Operation> find(OrgId org, InboxId inbox, UUID id);

    /**
     * All of an inbox, oldest first.
     *
     * @param after go on behind this one
     */
    List<Operation> list(OrgId org, InboxId inbox, Optional<Place> after, int limit);

    /** Where a replay begins. */
    sealed interface From {

        /** At this sequence. */
        record FromSequence(long sequence) implements From {
            @Override
            public String toString() {
                return "from_sequence " + sequence;
            }
        }

        /** At the first that was accepted then or later. */
        record FromTime(Instant time) implements From {
            @Override
            public String toString() {
                return "from_time " + time;
            }
        }
    }

    /** What an operation does. */
    enum Kind {
        REDRIVEN,
        REPLAYED,
        PURGED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One operation, as it is kept for people to look up.
     *
     * @param asked in a few words
     * @param at when it was decided
     * @param sequences it is about
     * @param appliedAt when the projector had applied it; empty: not yet
     */
    record Operation(
            UUID id,
            Kind kind,
            String keyId,
            String asked,
            Instant at,
            Sequences sequences,
            Optional<Instant> appliedAt) {}

    /** Where a list ended. */
    record Place(Instant at, UUID id) {}

    /**
     * What became of a request.
     *
     * @param operation empty: there was nothing to do, and nothing is logged
     * @param remaining messages that it would have been about, but for its bound
     */
    record Result(Optional<Operation> operation, long remaining) {}
}
