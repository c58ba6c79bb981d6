package dev.triggers.inbox.notify;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.event.OrgId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What an owner may see of an inbox's notifications. Throws {@link dev.triggers.inbox.InboxUnavailable} when it can not be reached. */
public interface NotificationSettings {

    /** Empty: there is no such inbox. */
    Optional<State> find(OrgId org, InboxId inbox);

    /** A new secret takes over; the one before signs too until the grace is over. Empty: there is no such inbox. */
    Optional<State> rotate(OrgId org, InboxId inbox, Duration grace);

    /**
     * How it stands.
     *
     * @param url absent: nobody is told
     * @param previousUntil until when the secret before signs too
     * @param stoppedAt since when nothing is sent, because the receiver wanted no more
     * @param lastResult of the last attempt, in words; absent before the first
     */
    record State(
            Optional<String> url,
            WebhookSecret secret,
            Optional<Instant> previousUntil,
            Optional<Instant> stoppedAt,
            Optional<String> lastResult,
            Optional<Instant> lastAt) {}
}
