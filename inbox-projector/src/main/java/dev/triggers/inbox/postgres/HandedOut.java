package dev.triggers.inbox.postgres;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.inbox.LeaseId;
import dev.triggers.inbox.Leases.Lease;
import dev.triggers.inbox.Message;
import dev.triggers.inbox.Message.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongToIntFunction;

/**
 * What this instance handed out lately, without the payloads, so that the answer to an acknowledgement need not be read
 * again: events never change. Says nothing about what may be acknowledged; what it does not know is read.
 */
final class HandedOut {

    /** Messages in all, about 400 bytes each. */
    private static final int MOST_MESSAGES = 50_000;

    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final Cache<Key, List<Message>> leases = Caffeine.newBuilder()
            .maximumWeight(MOST_MESSAGES)
            .weigher((Key _, List<Message> messages) -> 1 + messages.size())
            .expireAfterWrite(LONGEST)
            .executor(Runnable::run)
            .build();

    private record Key(InboxId inbox, long number) {

        private static Key of(LeaseId lease) {
            return new Key(lease.inbox(), lease.number());
        }
    }

    void remember(Lease lease) {
        if (!lease.messages().isEmpty()) {
            leases.put(
                    Key.of(lease.id()),
                    lease.messages().stream()
                            .map(message -> standing(message, message.status(), message.leaseCount()))
                            .toList());
        }
    }

    /** These messages of a lease, acknowledged. Empty: not all of them are known. */
    Optional<List<Message>> acknowledged(LeaseId lease, Sequences sequences, LongToIntFunction leaseCount) {
        List<Message> known = leases.getIfPresent(Key.of(lease));
        if (known == null) {
            return Optional.empty();
        }
        List<Message> messages = new ArrayList<>(known.size());
        for (Message message : known) {
            if (sequences.contains(message.sequence())) {
                messages.add(standing(message, Status.ACKED, leaseCount.applyAsInt(message.sequence())));
            }
        }
        return messages.size() == sequences.size() ? Optional.of(messages) : Optional.empty();
    }

    private static Message standing(Message message, Status status, int leaseCount) {
        return new Message(
                message.id(),
                message.event(),
                message.sequence(),
                message.type(),
                message.source(),
                message.createdAt(),
                status,
                leaseCount,
                Optional.empty());
    }
}
