package dev.triggers.inbox.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.disposition.Disposition.Acknowledged;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.wire.Accepted;
import dev.triggers.inbox.DispositionLog;
import dev.triggers.inbox.Events;
import dev.triggers.inbox.FakeInbox;
import dev.triggers.inbox.Inbox;
import dev.triggers.inbox.InboxContract;
import dev.triggers.inbox.PageRequest.Filter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealBackendsExtension.class)
class PostgresInboxIT extends InboxContract {

    private static InboxRig rig;

    @BeforeAll
    static void start(RealBackends real) {
        rig = new InboxRig(real);
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @Override
    protected Inbox inbox() {
        return rig.inbox();
    }

    @Override
    protected void arrive(List<Accepted> events) {
        rig.project(events);
    }

    @Test
    void anAcknowledgementStandsInTheLogBeforeItIsAnswered() {
        List<Accepted> events = three();
        rig.log.clear();

        rig.inbox()
                .acknowledge(
                        org,
                        List.of(
                                events.get(0).event().id(),
                                events.get(2).event().id()));

        assertThat(rig.log)
                .singleElement()
                .isInstanceOf(Acknowledged.class)
                .extracting(Disposition::inbox, Disposition::sequences)
                .containsExactly(InboxId.defaultOf(org), Sequences.of(1, 3));
    }

    @Test
    void whatTheLogDidNotTakeIsNotAcknowledged() {
        List<Accepted> events = three();
        Inbox away = rig.inbox(_ -> {
            throw new DispositionLog.Unavailable("away", new IllegalStateException());
        });

        assertThatThrownBy(() ->
                        away.acknowledge(org, List.of(events.get(0).event().id())))
                .isInstanceOf(DispositionLog.Unavailable.class);
        assertThat(FakeInbox.sequences(rig.inbox(), org, Filter.UNACKNOWLEDGED)).containsExactly(1L, 2L, 3L);
    }

    @Test
    void aRepeatIsNotLoggedAgain() {
        List<Accepted> events = three();
        List<EventId> ids = List.of(events.get(1).event().id());
        rig.inbox().acknowledge(org, ids);
        rig.log.clear();

        rig.inbox().acknowledge(org, ids);

        assertThat(rig.log).isEmpty();
    }

    @Test
    void consumersThatAcknowledgeAtOnceDoNotUndoEachOther() throws Exception {
        List<Accepted> events = new ArrayList<>();
        for (int i = 1; i <= 60; i++) {
            events.add(Events.accepted(org, i));
        }
        arrive(events);
        try (ExecutorService consumers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Accepted event : events) {
                if (event.sequence() % 3 != 0) {
                    consumers.execute(() ->
                            rig.inbox().acknowledge(org, List.of(event.event().id())));
                }
            }
        }
        assertThat(FakeInbox.sequences(rig.inbox(), org, Filter.UNACKNOWLEDGED))
                .hasSize(20)
                .allMatch(sequence -> sequence % 3 == 0);
    }

    /** Random arrivals and acknowledgements, here and in the plain model: the same answers and the same pages. */
    @Test
    void itBehavesAsTheModelDoes() {
        Random random = new Random(5);
        FakeInbox model = new FakeInbox();
        OrgId other = Events.newOrg();
        List<OrgId> orgs = List.of(org, other);
        List<List<Accepted>> known = List.of(new ArrayList<>(), new ArrayList<>());

        for (int step = 0; step < 400; step++) {
            int which = random.nextInt(2);
            List<Accepted> events = known.get(which);
            if (random.nextInt(3) == 0 || events.isEmpty()) {
                List<Accepted> more = new ArrayList<>();
                for (int i = random.nextInt(5); i >= 0; i--) {
                    more.add(Events.accepted(orgs.get(which), events.size() + more.size() + 1L));
                }
                arrive(more);
                more.forEach(model::add);
                events.addAll(more);
            } else {
                List<EventId> ids = new ArrayList<>();
                for (int i = random.nextInt(4); i >= 0; i--) {
                    ids.add(events.get(random.nextInt(events.size())).event().id());
                }
                List<EventId> distinct = ids.stream().distinct().toList();
                assertThat(rig.inbox().acknowledge(orgs.get(which), distinct))
                        .isEqualTo(model.acknowledge(orgs.get(which), distinct));
            }
            if (step % 20 == 0) {
                for (Filter filter : Filter.values()) {
                    assertThat(FakeInbox.sequences(rig.inbox(), orgs.get(which), filter))
                            .isEqualTo(FakeInbox.sequences(model, orgs.get(which), filter));
                }
            }
        }
    }

    private List<Accepted> three() {
        List<Accepted> events = List.of(Events.accepted(org, 1), Events.accepted(org, 2), Events.accepted(org, 3));
        arrive(events);
        return events;
    }
}
