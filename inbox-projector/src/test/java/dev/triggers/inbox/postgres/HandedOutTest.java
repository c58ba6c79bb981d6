package dev.triggers.inbox.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.EventType;
import dev.triggers.common.event.Payload;
import dev.triggers.inbox.InboxAttributes;
import dev.triggers.inbox.InboxStatus;
import dev.triggers.inbox.LeaseId;
import dev.triggers.inbox.Leases.Lease;
import dev.triggers.inbox.Message;
import dev.triggers.inbox.Message.Status;
import dev.triggers.inbox.MessageId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class HandedOutTest {

    private static final Instant AT = Instant.parse("2026-11-23T12:00:00Z");
    private static final InboxId INBOX = new InboxId(new UUID(1, 1));
    private static final InboxId OTHER = new InboxId(new UUID(1, 2));

    private final HandedOut handedOut = new HandedOut();

    @Test
    void whatWasHandedOutIsAnsweredAsAcknowledgedWithItsCountAndWithoutItsPayload() {
        handedOut.remember(lease(INBOX, 7, 1, 3));

        List<Message> answer = handedOut
                .acknowledged(id(INBOX, 7, 1, 3), Sequences.between(1, 2), sequence -> (int) sequence + 10)
                .orElseThrow();

        assertThat(answer).extracting(Message::sequence).containsExactly(1L, 2L);
        assertThat(answer).extracting(Message::status).containsOnly(Status.ACKED);
        assertThat(answer).extracting(Message::leaseCount).containsExactly(11, 12);
        assertThat(answer).allSatisfy(message -> assertThat(message.payload()).isEmpty());
    }

    @Test
    void whereOneIsNotKnownNoneIsAnswered() {
        handedOut.remember(lease(INBOX, 7, 1, 3));

        assertThat(handedOut.acknowledged(id(INBOX, 7, 1, 3), Sequences.between(3, 4), _ -> 1))
                .isEmpty();
    }

    @Test
    void anotherLeaseAndTheSameNumberInAnotherInboxAreNotKnown() {
        handedOut.remember(lease(INBOX, 7, 1, 3));

        assertThat(handedOut.acknowledged(id(INBOX, 8, 1, 3), Sequences.of(1), _ -> 1))
                .isEmpty();
        assertThat(handedOut.acknowledged(id(OTHER, 7, 1, 3), Sequences.of(1), _ -> 1))
                .isEmpty();
    }

    @Test
    void whenThereAreTooManyTheFirstAreForgotten() {
        for (int number = 0; number < 100; number++) {
            handedOut.remember(lease(INBOX, number, 1, 1_000));
            assertThat(isKnown(number)).isTrue();
        }

        assertThat(LongStream.range(0, 100).filter(this::isKnown))
                .containsExactlyElementsOf(LongStream.range(100 - HandedOut.MOST_MESSAGES / 1_000, 100)
                        .boxed()
                        .toList());
    }

    @Test
    void aLeaseThatWasAcknowledgedWhollyLeavesItsRoom() {
        for (int number = 0; number < 100; number++) {
            handedOut.remember(lease(INBOX, number, 1, 1_000));
            if (number > 0) {
                assertThat(handedOut.acknowledged(id(INBOX, number, 1, 1_000), Sequences.between(1, 1_000), _ -> 1))
                        .isPresent();
            }
        }

        assertThat(isKnown(0)).isTrue();
        assertThat(isKnown(99)).isFalse();
    }

    private boolean isKnown(long number) {
        return handedOut
                .acknowledged(id(INBOX, number, 1, 1_000), Sequences.of(1), _ -> 1)
                .isPresent();
    }

    private static LeaseId id(InboxId inbox, long number, long first, long last) {
        return new LeaseId(inbox, number, Sequences.between(first, last));
    }

    private static Lease lease(InboxId inbox, long number, long first, long last) {
        return new Lease(
                id(inbox, number, first, last),
                AT.plusSeconds(30),
                LongStream.rangeClosed(first, last)
                        .mapToObj(sequence -> message(inbox, sequence))
                        .toList(),
                new InboxAttributes(InboxStatus.ACTIVE, Optional.empty(), false));
    }

    private static Message message(InboxId inbox, long sequence) {
        return new Message(
                MessageId.of(inbox, sequence),
                EventId.fresh(AT),
                sequence,
                new EventType("order.created"),
                "/shop",
                AT,
                Status.LEASED,
                1,
                Optional.of(Payload.of("{}".getBytes(UTF_8))));
    }
}
