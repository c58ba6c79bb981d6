package dev.triggers.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.event.Uuids;
import java.util.Optional;
import java.util.UUID;

/**
 * An event's name in one inbox: a version 8 UUID (RFC 9562) that carries the sequence and 60 bits of the inbox, so that
 * it needs no look-up and one of another inbox is known.
 */
public record MessageId(UUID value) {

    private static final long LOW_62 = 0x3fffffffffffffffL;
    private static final long VARIANT = 0x8000000000000000L;

    public static MessageId of(InboxId inbox, long sequence) {
        return in(inbox).of(sequence);
    }

    /** The names of an inbox's messages: what they have in common is derived once. */
    public static Names in(InboxId inbox) {
        return new Names(check(inbox));
    }

    /** Names messages of one inbox. */
    public static final class Names {

        private final long inbox;

        private Names(long inbox) {
            this.inbox = inbox;
        }

        public MessageId of(long sequence) {
            return new MessageId(new UUID(inbox, VARIANT | sequence));
        }
    }

    /** Throws {@link IllegalArgumentException} for what is no UUID. */
    public static MessageId parse(String text) {
        return new MessageId(Uuids.parse("message", text));
    }

    /** The sequence it stands for. Empty when it is no message of this inbox. */
    public Optional<Long> sequenceIn(InboxId inbox) {
        boolean ours = value.getMostSignificantBits() == check(inbox) && value.variant() == 2;
        long sequence = value.getLeastSignificantBits() & LOW_62;
        return ours && sequence > 0 ? Optional.of(sequence) : Optional.empty();
    }

    private static long check(InboxId inbox) {
        return Uuids.derived(("messages of inbox " + inbox).getBytes(UTF_8)).getMostSignificantBits();
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
