package dev.triggers.inbox;

import dev.triggers.common.disposition.InboxId;
import java.time.Instant;
import java.util.Optional;

/**
 * An inbox as its consumers see it.
 *
 * @param key unique in its organisation; empty: none was given, or it is being deleted
 * @param pausedReason {@code user}, while it is paused
 * @param notificationUrl where to tell that something is there
 */
public record NamedInbox(
        InboxId id,
        Instant createdAt,
        Optional<String> key,
        InboxStatus status,
        Optional<String> pausedReason,
        Optional<String> notificationUrl,
        Subscription subscription) {}
