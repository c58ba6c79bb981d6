package dev.triggers.inbox.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.wire.Accepted;
import dev.triggers.inbox.Events;
import dev.triggers.inbox.InboxEvent;
import dev.triggers.inbox.LeasePolicy;
import dev.triggers.inbox.Leases;
import dev.triggers.inbox.Message;
import dev.triggers.inbox.MessageId;
import dev.triggers.inbox.Page;
import dev.triggers.inbox.PageRequest;
import dev.triggers.inbox.PageRequest.Filter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The page in one statement is the page that {@link PageQuery} puts together step by step. */
@ExtendWith(RealBackendsExtension.class)
class OpenPageIT {

    private static final int ROUNDS = 30;
    private static final Duration LONG = Duration.ofHours(1);

    private static InboxRig rig;

    @BeforeAll
    static void start(RealBackends real) {
        rig = new InboxRig(real);
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @Test
    void itIsTheSameHoweverTheInboxStands() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            OrgId org = Events.newOrg();
            List<Accepted> events = arrived(org, random.nextInt(60));
            for (int i = random.nextInt(6); i > 0; i--) {
                change(org, events, random);
            }
            for (int after = 0; after <= events.size(); after += 1 + random.nextInt(9)) {
                PageRequest request =
                        new PageRequest(after, 1 + random.nextInt(12), Filter.UNACKNOWLEDGED, Optional.empty());
                assertThat(open(org, request)).as("seed %s, %s", seed, request).hasValue(general(org, request));
            }
        }
    }

    private static List<Accepted> arrived(OrgId org, int count) {
        List<Accepted> events = LongStream.rangeClosed(1, count)
                .mapToObj(sequence -> Events.accepted(org, sequence))
                .toList();
        if (count > 0) {
            rig.project(events);
        }
        return events;
    }

    private static void change(OrgId org, List<Accepted> events, Random random) {
        InboxTurns turns = new InboxTurns(rig.reader, rig.log::add);
        if (random.nextBoolean() && !events.isEmpty()) {
            List<EventId> ids = random.ints(1 + random.nextInt(8), 0, events.size())
                    .mapToObj(i -> events.get(i).event().id())
                    .toList();
            new PostgresInbox(turns).acknowledge(org, ids);
            return;
        }
        InboxId inbox = InboxId.defaultOf(org);
        Leases leases = new PostgresLeases(turns, LeasePolicy.DEFAULT);
        leases.lease(org, inbox, 1 + random.nextInt(10), LONG).ifPresent(lease -> {
            List<MessageId> some = lease.messages().stream()
                    .filter(_ -> random.nextBoolean())
                    .map(Message::id)
                    .toList();
            if (some.isEmpty()) {
                return;
            }
            switch (random.nextInt(4)) {
                case 0 -> leases.acknowledge(org, inbox, lease.id(), Optional.of(some));
                case 1 -> leases.release(org, inbox, lease.id(), Optional.of(some), Duration.ZERO);
                case 2 -> leases.release(org, inbox, lease.id(), Optional.of(some), LONG);
                default -> leases.reject(org, inbox, lease.id(), Optional.of(some));
            }
        });
    }

    @Test
    void whatIsNoLongerKeptEndsNoPageTooEarly() throws Exception {
        OrgId org = Events.newOrg();
        arrived(org, 300);
        InboxRig.execute(
                rig.owner, "delete from inbox.event where org = '" + org + "' and sequence not between 230 and 280");
        PageRequest ten = new PageRequest(0, 10, Filter.UNACKNOWLEDGED, Optional.empty());

        assertThat(open(org, ten)).isEmpty();
        assertThat(rig.inbox().page(org, ten)).isEqualTo(general(org, ten));
        assertThat(sequences(org, 10))
                .isEqualTo(LongStream.rangeClosed(230, 280).boxed().toList());
        assertThat(sequences(org, 1_000))
                .isEqualTo(LongStream.rangeClosed(230, 280).boxed().toList());
    }

    private static List<Long> sequences(OrgId org, int limit) {
        List<Long> sequences = new ArrayList<>();
        long after = 0;
        while (true) {
            Page page = rig.inbox().page(org, new PageRequest(after, limit, Filter.UNACKNOWLEDGED, Optional.empty()));
            page.events().stream().map(InboxEvent::sequence).forEach(sequences::add);
            if (page.next().isEmpty()) {
                return sequences;
            }
            after = page.next().getAsLong();
        }
    }

    private static Optional<Page> open(OrgId org, PageRequest request) {
        return OrgTransactions.plannedOnce(rig.reader).read(org, new OpenPage(org, request));
    }

    private static Page general(OrgId org, PageRequest request) {
        return OrgTransactions.plannedOnce(rig.reader)
                .read(org, connection -> new PageQuery(connection, org, request).run());
    }
}
