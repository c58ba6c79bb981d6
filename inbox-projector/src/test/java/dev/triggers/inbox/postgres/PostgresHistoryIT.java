package dev.triggers.inbox.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.wire.Accepted;
import dev.triggers.common.wire.Outcome;
import dev.triggers.common.wire.Rejected;
import dev.triggers.inbox.Events;
import dev.triggers.inbox.History;
import dev.triggers.inbox.History.Attempt;
import dev.triggers.inbox.History.EventsRequest;
import dev.triggers.inbox.History.PastEvent;
import dev.triggers.inbox.History.Place;
import dev.triggers.inbox.History.RejectionsRequest;
import dev.triggers.inbox.History.Story;
import dev.triggers.inbox.Message;
import dev.triggers.inbox.TypePattern;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealBackendsExtension.class)
class PostgresHistoryIT {

    private static InboxRig rig;

    private final OrgId org = Events.newOrg();

    @BeforeAll
    static void start(RealBackends real) {
        rig = new InboxRig(real);
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @Test
    void pagesHoldEveryEventOnceInEitherOrder() {
        arrive(23);

        assertThat(all(TypePattern.ANY, false)).containsExactlyElementsOf(oneTo(23));
        assertThat(all(TypePattern.ANY, true))
                .containsExactlyElementsOf(oneTo(23).reversed());
    }

    @Test
    void aTypeOrWhatTypesBeginWithNarrowsIt() {
        arrive(12);

        assertThat(all(TypePattern.parse("order.paid"), false)).containsExactly(2L, 5L, 8L, 11L);
        assertThat(all(TypePattern.parse("order.*"), false)).containsExactly(1L, 2L, 4L, 5L, 7L, 8L, 10L, 11L);
        assertThat(all(TypePattern.parse("order*"), true)).hasSize(8);
        assertThat(all(TypePattern.parse("o*"), false)).hasSize(8);
    }

    @Test
    void afterAndBeforeAreTheTimesOfAcceptance() {
        arrive(10);
        Optional<Instant> after = Optional.of(at(3));
        Optional<Instant> before = Optional.of(at(7));

        assertThat(sequences(new EventsRequest(OptionalLong.empty(), 100, TypePattern.ANY, after, before, false)))
                .containsExactly(4L, 5L, 6L);
        assertThat(sequences(new EventsRequest(OptionalLong.empty(), 100, TypePattern.ANY, before, after, true)))
                .isEmpty();
    }

    @Test
    void anEventsStoryHasAllItsSubmissionsAndWhereItStands() {
        Accepted accepted = Events.accepted(org, 1);
        rig.project(List.of(accepted), List.of(Events.duplicate(accepted, 1_000)), List.of());
        rig.inbox().acknowledge(org, List.of(accepted.event().id()));

        Story story = history().find(org, accepted.event().id()).orElseThrow();

        assertThat(story.event()).map(PastEvent::data).contains(accepted.event().data());
        assertThat(story.attempts()).extracting(Attempt::outcome).containsExactly(Outcome.ACCEPTED, Outcome.DUPLICATE);
        assertThat(story.attempts().get(1).reason()).contains("the same event was accepted as this receipt");
        assertThat(story.inboxes()).extracting(History.Standing::status).containsExactly(Message.Status.ACKED);
        assertThat(history().find(Events.newOrg(), accepted.event().id())).isEmpty();
    }

    @Test
    void rejectionsArePagedByWhenTheyWereDecided() {
        Accepted accepted = Events.accepted(org, 1);
        List<Rejected> rejections = new ArrayList<>();
        for (int i = 2; i < 12; i++) {
            rejections.add(Events.duplicate(accepted, i));
        }
        rig.project(List.of(accepted), rejections, List.of());

        List<Long> offsets = new ArrayList<>();
        Optional<Place> cursor = Optional.empty();
        do {
            var page = history().rejections(org, new RejectionsRequest(cursor, 3, Optional.of(Outcome.DUPLICATE)));
            page.rejections().forEach(r -> offsets.add(r.receipt().offset()));
            cursor = page.next();
        } while (cursor.isPresent());

        assertThat(offsets).containsExactly(2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L);
        assertThat(history()
                        .rejections(org, new RejectionsRequest(Optional.empty(), 10, Optional.of(Outcome.DEAD)))
                        .rejections())
                .isEmpty();
    }

    private static History history() {
        return new PostgresHistory(rig.reader);
    }

    private void arrive(int count) {
        List<Accepted> events = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            String type = i % 3 == 0 ? "user.new" : i % 3 == 1 ? "order.created" : "order.paid";
            events.add(Events.accepted(org, i, "{}", type, at(i)));
        }
        rig.project(events);
    }

    private static Instant at(int minute) {
        return Events.START.plus(Duration.ofMinutes(minute));
    }

    private List<Long> all(TypePattern type, boolean newestFirst) {
        List<Long> all = new ArrayList<>();
        OptionalLong cursor = OptionalLong.empty();
        do {
            var page = history()
                    .page(org, new EventsRequest(cursor, 4, type, Optional.empty(), Optional.empty(), newestFirst));
            page.events().forEach(e -> all.add(e.sequence()));
            cursor = page.next();
        } while (cursor.isPresent());
        return all;
    }

    private List<Long> sequences(EventsRequest request) {
        return history().page(org, request).events().stream()
                .map(PastEvent::sequence)
                .toList();
    }

    private static List<Long> oneTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }
}
