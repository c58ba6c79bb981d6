package dev.triggers.inbox;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Messages handed out for a time: to one consumer each, whatever the number of consumers and instances. What is not
 * acknowledged before the lease ends is handed out again. Throws {@link InboxUnavailable} when it can not be reached,
 * and {@link ProblemException} with {@code lease_expired} where the messages meant have gone back to the inbox since.
 */
public interface Leases {

    /** What may be handed out, those that went back first, then in order. Empty: nothing is there. */
    Optional<Lease> lease(OrgId org, InboxId inbox, int most, Duration time);

    /**
     * Acknowledges messages of a lease for good: they stand in the log before this answers. A repeat is harmless.
     * Throws {@link DispositionLog.Unavailable} when the log did not take it.
     *
     * @param messages which of the lease; empty: all that it still holds
     * @return those that are done now
     */
    List<Message> acknowledge(OrgId org, InboxId inbox, LeaseId lease, Optional<List<MessageId>> messages);

    /**
     * Gives messages back. That they were handed out still counts.
     *
     * @param messages which of the lease; empty: all that it still holds
     * @param delay how long they are kept back
     */
    List<Message> release(OrgId org, InboxId inbox, LeaseId lease, Optional<List<MessageId>> messages, Duration delay);

    /** Sets messages aside for good: they stay to be looked at and are not handed out again. In the log before this answers. */
    List<Message> reject(OrgId org, InboxId inbox, LeaseId lease, Optional<List<MessageId>> messages);

    /** Lets a lease that has not ended last this long from now. Answers when it ends. */
    Instant renew(OrgId org, InboxId inbox, LeaseId lease, Duration time);

    /** What an inbox says of itself where nothing could be leased from it. */
    InboxAttributes attributes(OrgId org, InboxId inbox);

    /**
     * How long until the next message comes back by itself: its lease ends, or its delay. Zero: a filter was
     * not all looked through. Empty: none will.
     */
    Optional<Duration> untilReturn(OrgId org, InboxId inbox);

    /** Numbers of an inbox. Throws {@link ProblemException} with {@code not_found} where the org has no such inbox. */
    Stats stats(OrgId org, InboxId inbox);

    /** Messages handed out together. {@code until} by the database's clock. */
    record Lease(LeaseId id, Instant until, List<Message> messages, InboxAttributes attributes) {}

    /**
     * How an inbox stands.
     *
     * @param available may be leased now
     * @param leased handed out, or kept back by a release with delay
     * @param oldestAt when the oldest that is not done was accepted
     * @param frontier up to where messages were handed out or skipped
     * @param head the last sequence there is
     */
    record Stats(long available, long leased, long quarantined, Optional<Instant> oldestAt, long frontier, long head) {}
}
