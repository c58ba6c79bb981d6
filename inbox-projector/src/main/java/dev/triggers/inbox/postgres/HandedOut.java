package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.inbox.LeaseId;
import dev.triggers.inbox.Leases.Lease;
import dev.triggers.inbox.Message;
import dev.triggers.inbox.Message.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What this instance handed out last and was not acknowledged yet, without the payloads, so that the answer to an
 * acknowledgement need not be read: events never change. Says nothing about what may be acknowledged; what it does not know
 * is read. The oldest go first: a cache that keeps what was asked for most often would keep these, which nobody asks for.
 */
final class HandedOut {

    /** Messages in all, about 400 bytes each. */
    static final int MOST_MESSAGES = 50_000;

    /** Oldest first. */
    private final Map<Key, List<Message>> leases = new LinkedHashMap<>();

    private int messages;

    private record Key(InboxId inbox, long number) {

        private static Key of(LeaseId lease) {
            return new Key(lease.inbox(), lease.number());
        }
    }

    void remember(Lease lease) {
        if (!lease.messages().isEmpty()) {
            put(
                    Key.of(lease.id()),
                    lease.messages().stream()
                            .map(message -> standing(message, message.status(), message.leaseCount()))
                            .toList());
        }
    }

    private synchronized void put(Key lease, List<Message> handedOut) {
        forget(lease);
        leases.put(lease, handedOut);
        messages += handedOut.size();
        while (messages > MOST_MESSAGES) {
            forget(leases.keySet().iterator().next());
        }
    }

    private synchronized void forget(Key lease) {
        List<Message> gone = leases.remove(lease);
        messages -= gone == null ? 0 : gone.size();
    }

    private synchronized @Nullable List<Message> get(Key lease) {
        return leases.get(lease);
    }

    /** These messages of a lease, acknowledged; a whole lease is known no longer then. Empty: not all of them are known. */
    Optional<List<Message>> acknowledged(LeaseId lease, Sequences sequences, LongToIntFunction leaseCount) {
        List<Message> known = get(Key.of(lease));
        if (known == null) {
            return Optional.empty();
        }
        List<Message> done = new ArrayList<>(known.size());
        for (Message message : known) {
            if (sequences.contains(message.sequence())) {
                done.add(standing(message, Status.ACKED, leaseCount.applyAsInt(message.sequence())));
            }
        }
        if (done.size() == known.size()) {
            forget(Key.of(lease));
        }
        return done.size() == sequences.size() ? Optional.of(done) : Optional.empty();
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
