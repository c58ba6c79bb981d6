package dev.triggers.inbox.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.event.Event;
import dev.triggers.common.event.Payload;
import dev.triggers.inbox.Events;
import dev.triggers.inbox.postgres.EventsAhead.Run;
import dev.triggers.inbox.postgres.EventsAhead.Stored;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EventsAheadTest {

    private final EventsAhead ahead = new EventsAhead();

    @Test
    void aRunCoversWhatWasLookedAtAndNothingInItsGaps() {
        Run run = new Run(Sequences.of(1, 2, 3, 7, 8), List.of());

        assertThat(run.covers(Sequences.of(2, 7))).isTrue();
        assertThat(run.covers(Sequences.of(3, 4))).isFalse();
        assertThat(run.covers(Sequences.of(8, 9))).isFalse();
    }

    @Test
    void theLaterRunReplacesTheEarlier() {
        InboxId inbox = InboxId.defaultOf(Events.newOrg());
        ahead.remember(inbox, new Run(Sequences.of(1), List.of()));
        ahead.remember(inbox, new Run(Sequences.of(2), List.of()));

        assertThat(ahead.of(inbox)).map(Run::sequences).contains(Sequences.of(2));
        assertThat(ahead.of(InboxId.defaultOf(Events.newOrg()))).isEmpty();
    }

    @Test
    void howMuchIsKnownOfAllInboxesIsBounded() {
        List<InboxId> inboxes = IntStream.range(0, 40)
                .mapToObj(_ -> InboxId.defaultOf(Events.newOrg()))
                .toList();
        inboxes.forEach(inbox -> ahead.remember(inbox, new Run(Sequences.of(1), List.of(aMebibyte()))));

        assertThat(inboxes.stream().filter(inbox -> ahead.of(inbox).isPresent()))
                .hasSizeBetween(1, 16);
    }

    private static Stored aMebibyte() {
        Event event = Events.accepted(Events.newOrg(), 1).event();
        byte[] data = new byte[EventsAhead.MOST_BYTES];
        return new Stored(1, event.id(), event.type(), event.source(), Events.START, Payload.of(data));
    }
}
