package dev.triggers.inbox;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Start;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.problem.ProblemException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The inboxes of organisations, the default one among them, which holds everything for good. Throws
 * {@link InboxUnavailable} when they can not be reached, and {@link ProblemException} for what is refused.
 */
public interface Inboxes {

    /** In order of creation. */
    Listing list(OrgId org, ListRequest request);

    /** Makes a new one. {@code inbox_key_in_use} where another has its key. */
    NamedInbox create(OrgId org, NewInbox inbox);

    /** The one that has the key, or a new one. {@code inbox_key_in_use} where that one has another subscription. */
    Ensured ensure(OrgId org, NewInbox inbox);

    /** Throws {@code not_found}, as all below. */
    NamedInbox find(OrgId org, InboxId inbox);

    /** Changes where to tell that something is there. */
    NamedInbox notifyAt(OrgId org, InboxId inbox, Optional<String> url);

    /** What is submitted from now on does not enter. Pausing what is paused changes nothing. */
    NamedInbox pause(OrgId org, InboxId inbox);

    /** What is submitted from now on enters again. Also tries again what failed to begin. */
    NamedInbox resume(OrgId org, InboxId inbox);

    /** Ends it at once; what is behind it is removed later. */
    NamedInbox delete(OrgId org, InboxId inbox);

    /** What an inbox holds that is not acknowledged, behind a sequence; 0 for the beginning. */
    MessagePage messages(OrgId org, InboxId inbox, long after, int limit);

    /** The first sequence accepted at or after this time; past the last one there is when none was yet. */
    Start startAt(OrgId org, Instant time);

    /**
     * What is asked for.
     *
     * @param limit 1 and up
     */
    record ListRequest(Optional<String> key, Optional<InboxStatus> status, int limit, int offset) {}

    /**
     * A part of the list.
     *
     * @param count of all that were asked for
     */
    record Listing(List<NamedInbox> inboxes, int count) {}

    /**
     * What there is now.
     *
     * @param created whether it was made for this
     */
    record Ensured(NamedInbox inbox, boolean created) {}

    /**
     * Messages without payloads, in order of their sequences.
     *
     * @param next the sequence behind which the next page begins; empty: there is no more for now
     */
    record MessagePage(List<Message> messages, OptionalLong next) {}

    /** What a new inbox is to be. */
    record NewInbox(Optional<String> key, Subscription subscription, Optional<String> notificationUrl, Start start) {}
}
