package dev.triggers.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.common.event.EventId;
import dev.triggers.common.event.EventType;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Payload;
import dev.triggers.common.wire.Accepted;
import dev.triggers.inbox.AckResult.Outcome;
import dev.triggers.inbox.PageRequest.Filter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What any {@link Inbox} does. */
public abstract class InboxContract {

    protected final OrgId org = Events.newOrg();

    protected abstract Inbox inbox();

    /** Makes these stand in the inbox. */
    protected abstract void arrive(List<Accepted> events);

    @Test
    void anInboxNobodySentToIsEmpty() {
        assertThat(all(Filter.UNACKNOWLEDGED)).isEmpty();
        assertThat(all(Filter.ALL)).isEmpty();
    }

    @Test
    void eventsComeInSequenceOrderJustAsTheyWereAccepted() {
        List<Accepted> events = arrived(3);

        List<InboxEvent> page = page(0, 10, Filter.UNACKNOWLEDGED).events();

        assertThat(page).extracting(InboxEvent::sequence).containsExactly(1L, 2L, 3L);
        InboxEvent first = page.getFirst();
        Accepted accepted = events.getFirst();
        assertThat(first.id()).isEqualTo(accepted.event().id());
        assertThat(first.data()).isEqualTo(accepted.event().data());
        assertThat(first.type()).isEqualTo(accepted.event().type());
        assertThat(first.subject()).isEqualTo(accepted.event().subject());
        assertThat(first.time()).isEqualTo(accepted.event().time().toInstant());
        assertThat(first.acceptedAt()).isEqualTo(accepted.decidedAt());
    }

    @Test
    void dataComesBackByteForByte() {
        String odd = "{ \"n\" : 0.10,\t\"e\":1E400, \"s\":\"\\u00e9 é 🙂\\n\",\r\n \"o\":{} }";
        arrive(List.of(Events.accepted(org, 1, odd)));

        assertThat(page(0, 1, Filter.ALL).events().getFirst().data()).isEqualTo(Payload.of(odd));
    }

    @Test
    void pagesGoOnWhereTheLastOneEnded() {
        arrived(20);

        Page first = page(0, 8, Filter.UNACKNOWLEDGED);
        Page second = page(first.next().orElseThrow(), 8, Filter.UNACKNOWLEDGED);
        Page third = page(second.next().orElseThrow(), 8, Filter.UNACKNOWLEDGED);

        assertThat(first.events()).extracting(InboxEvent::sequence).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
        assertThat(second.events()).hasSize(8);
        assertThat(third.events()).extracting(InboxEvent::sequence).containsExactly(17L, 18L, 19L, 20L);
        assertThat(third.next()).isEmpty();
    }

    @Test
    void aPageThatIsJustFullSaysThatThereIsNoMore() {
        arrived(8);
        assertThat(page(0, 8, Filter.UNACKNOWLEDGED).next()).isEmpty();
    }

    @Test
    void aPageEndsAtEightMebibytesToo() {
        String large = "{\"x\":\"" + "x".repeat(250_000) + "\"}";
        List<Accepted> events = new ArrayList<>();
        for (int i = 1; i <= 40; i++) {
            events.add(Events.accepted(org, i, large));
        }
        arrive(events);

        Page first = page(0, 100, Filter.UNACKNOWLEDGED);

        assertThat(first.events()).hasSize((8 << 20) / large.length());
        assertThat(page(first.next().orElseThrow(), 100, Filter.UNACKNOWLEDGED).events())
                .hasSize(40 - first.events().size());
    }

    @Test
    void whatIsAcknowledgedIsGoneAndTheRestStays() {
        List<Accepted> events = arrived(5);

        assertThat(ack(events, 2, 4)).containsExactly(Outcome.ACKED, Outcome.ACKED);

        assertThat(all(Filter.UNACKNOWLEDGED)).containsExactly(1L, 3L, 5L);
        assertThat(all(Filter.ACKED)).containsExactly(2L, 4L);
        assertThat(all(Filter.ALL)).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void acknowledgingAgainIsHarmlessAndSaidSo() {
        List<Accepted> events = arrived(3);
        ack(events, 2);

        assertThat(ack(events, 1, 2)).containsExactly(Outcome.ACKED, Outcome.ALREADY_ACKED);
        assertThat(all(Filter.UNACKNOWLEDGED)).containsExactly(3L);
    }

    @Test
    void anIdNobodySentIsUnknown() {
        arrived(1);
        EventId stranger = EventId.fresh(Instant.EPOCH);

        assertThat(inbox().acknowledge(org, List.of(stranger)))
                .containsExactly(new AckResult(stranger, Outcome.UNKNOWN));
    }

    @Test
    void anotherOrgsEventIsUnknownAndStays() {
        List<Accepted> events = arrived(1);
        OrgId other = Events.newOrg();

        assertThat(inbox().acknowledge(other, List.of(events.getFirst().event().id())))
                .extracting(AckResult::outcome)
                .containsExactly(Outcome.UNKNOWN);
        assertThat(all(Filter.UNACKNOWLEDGED)).containsExactly(1L);
    }

    @Test
    void whatArrivesAfterAnAcknowledgementIsOpen() {
        ack(arrived(3), 1, 2, 3);
        arrive(List.of(Events.accepted(org, 4)));

        assertThat(all(Filter.UNACKNOWLEDGED)).containsExactly(4L);
    }

    @Test
    void aTypeCanBeAskedFor() {
        List<Accepted> events = new ArrayList<>();
        for (int i = 1; i <= 30; i++) {
            String type = i % 10 == 0 ? "rare" : "common";
            events.add(Events.accepted(org, i, "{}", type, Events.START));
        }
        arrive(events);

        Page page = inbox().page(org, new PageRequest(0, 2, Filter.UNACKNOWLEDGED, Optional.of(new EventType("rare"))));

        assertThat(page.events()).extracting(InboxEvent::sequence).containsExactly(10L, 20L);
        assertThat(page.next()).hasValue(20);
    }

    private List<Accepted> arrived(int count) {
        List<Accepted> events = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            events.add(Events.accepted(org, i));
        }
        arrive(events);
        return events;
    }

    private List<Outcome> ack(List<Accepted> events, int... sequences) {
        List<EventId> ids = new ArrayList<>();
        for (int sequence : sequences) {
            ids.add(events.get(sequence - 1).event().id());
        }
        return inbox().acknowledge(org, ids).stream().map(AckResult::outcome).toList();
    }

    private Page page(long after, int limit, Filter filter) {
        return inbox().page(org, new PageRequest(after, limit, filter, Optional.empty()));
    }

    private List<Long> all(Filter filter) {
        return FakeInbox.sequences(inbox(), org, filter);
    }
}
