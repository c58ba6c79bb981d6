package dev.triggers.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LeaseIdsTest {

    private final InboxId inbox = InboxId.defaultOf(Events.newOrg());
    private final LeaseIds ids =
            new LeaseIds("a secret of this test".getBytes(java.nio.charset.StandardCharsets.UTF_8));

    @Test
    void aLeaseIdReadsBackAsItWasWritten() {
        Random random = new Random(7);
        for (int round = 0; round < 2_000; round++) {
            LongStream some = random.longs(1 + random.nextInt(100), 1, 1 + (1L << (1 + random.nextInt(60))));
            LeaseId lease = new LeaseId(inbox, 1 + random.nextInt(1_000_000), Sequences.of(some));

            assertThat(ids.read(ids.write(lease))).contains(lease);
            assertThat(ids.write(lease).length()).isLessThan(1_600);
        }
    }

    @Test
    void anyOtherTextIsNoLease() {
        String text = ids.write(new LeaseId(inbox, 3, Sequences.of(1, 2, 3)));

        for (int at = 0; at < text.length() - 1; at++) {
            char other = text.charAt(at) == 'A' ? 'B' : 'A';
            assertThat(ids.read(text.substring(0, at) + other + text.substring(at + 1)))
                    .isEmpty();
            assertThat(ids.read(text.substring(0, at))).isEmpty();
        }
        assertThat(ids.read("")).isEmpty();
        assertThat(ids.read("ä b")).isEmpty();
        assertThat(ids.read("A".repeat(100_000))).isEmpty();
        assertThat(new LeaseIds(new byte[] {1}).read(text)).isEmpty();
    }

    @Test
    void aMessageIdCarriesItsSequenceAndBelongsToOneInbox() {
        MessageId id = MessageId.of(inbox, 123_456_789_012L);

        assertThat(id.sequenceIn(inbox)).contains(123_456_789_012L);
        assertThat(id.sequenceIn(InboxId.defaultOf(Events.newOrg()))).isEmpty();
        assertThat(id.value().version()).isEqualTo(8);
        assertThat(id.value().variant()).isEqualTo(2);
        assertThat(MessageId.parse(id.toString())).isEqualTo(id);
        assertThatThrownBy(() -> MessageId.parse("1")).isInstanceOf(IllegalArgumentException.class);
    }
}
