package dev.triggers.inbox.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.EventType;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.wire.Accepted;
import dev.triggers.inbox.Events;
import dev.triggers.inbox.History;
import dev.triggers.inbox.History.EventsRequest;
import dev.triggers.inbox.History.PastEvent;
import dev.triggers.inbox.History.Place;
import dev.triggers.inbox.History.RejectionsRequest;
import dev.triggers.inbox.Inbox;
import dev.triggers.inbox.InboxEvent;
import dev.triggers.inbox.Page;
import dev.triggers.inbox.PageRequest;
import dev.triggers.inbox.PageRequest.Filter;
import dev.triggers.inbox.TypePattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whoever pages through a listing while events arrive and are acknowledged sees what was there all the while exactly once,
 * in order, and nothing that was gone when he asked. Random steps; each round says its seed.
 */
@ExtendWith(RealBackendsExtension.class)
class PagingIT {

    private static final int ROUNDS = 25;
    private static final int LARGE = 250_000;
    private static final int MOST_BYTES = 8 << 20;

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
    void noInboxPageLosesOrRepeatsWhateverHappensBetween() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            new Round(seed).pageThroughTheInbox();
        }
    }

    @Test
    void noHistoryPageLosesOrRepeatsWhateverHappensBetween() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            new Round(seed).pageThroughTheHistory();
        }
    }

    @Test
    void noRejectionIsLostOrRepeatedWhileOthersComeInTheSameMillisecond() {
        OrgId org = Events.newOrg();
        Accepted original = Events.accepted(org, 1);
        History history = new PostgresHistory(rig.reader);
        Random random = new Random(1);
        long offset = 0;
        List<Long> seen = new ArrayList<>();
        Optional<Place> place = Optional.empty();
        do {
            for (int n = random.nextInt(7); n > 0 && offset < 60; n--) {
                offset++;
                rig.project(List.of(), List.of(Events.duplicate(original, offset)), List.of());
            }
            var page = history.rejections(org, new RejectionsRequest(place, 1 + random.nextInt(4), Optional.empty()));
            page.rejections().forEach(attempt -> seen.add(attempt.receipt().offset()));
            place = page.next().or(() -> page.rejections().isEmpty() ? Optional.empty() : last(page.rejections()));
        } while (offset < 60 || place.isPresent());

        assertThat(seen).isEqualTo(LongStream.rangeClosed(1, 60).boxed().toList());
    }

    private static Optional<Place> last(List<History.Attempt> attempts) {
        History.Attempt last = attempts.getLast();
        return Optional.of(new Place(last.decidedAt(), last.receipt()));
    }

    @ParameterizedTest
    @EnumSource(names = {"ALL", "UNACKNOWLEDGED"})
    void aPageEndsAtEightMebibytesAndTheNextGoesOn(Filter filter) {
        OrgId org = Events.newOrg();
        String large = "{\"x\":\"" + "y".repeat(LARGE) + "\"}";
        rig.project(LongStream.rangeClosed(1, 70)
                .mapToObj(n -> Events.accepted(org, n, large))
                .toList());
        int fit = MOST_BYTES / large.length();

        Page first = rig.inbox().page(org, new PageRequest(0, 1_000, filter, Optional.empty()));
        Page second =
                rig.inbox().page(org, new PageRequest(first.next().orElseThrow(), 1_000, filter, Optional.empty()));
        History history = new PostgresHistory(rig.reader);
        History.Events newest = history.page(org, request(OptionalLong.empty(), 1_000, TypePattern.ANY, true));

        assertThat(first.events()).hasSize(fit);
        assertThat(second.events()).hasSize(fit);
        assertThat(second.events().getFirst().sequence()).isEqualTo(fit + 1);
        assertThat(newest.events()).hasSize(fit);
        assertThat(newest.next()).hasValue(70 - fit + 1);
    }

    private static EventsRequest request(OptionalLong cursor, int limit, TypePattern type, boolean newestFirst) {
        return new EventsRequest(cursor, limit, type, Optional.empty(), Optional.empty(), newestFirst);
    }

    /** One listing, paged through while its org lives. */
    private static final class Round {

        private final int seed;
        private final Random random;
        private final OrgId org = Events.newOrg();
        private final Inbox inbox = rig.inbox();
        private final TreeMap<Long, Accepted> all = new TreeMap<>();
        private final Set<Long> acked = new TreeSet<>();

        Round(int seed) {
            this.seed = seed;
            this.random = new Random(seed);
            arrive(40);
            acknowledge(15);
        }

        void pageThroughTheInbox() {
            Filter filter = List.of(Filter.UNACKNOWLEDGED, Filter.AVAILABLE, Filter.ALL, Filter.ACKED)
                    .get(random.nextInt(4));
            Optional<String> type = random.nextBoolean() ? Optional.empty() : Optional.of("b");
            Set<Long> before = matching(filter, type);
            List<Long> seen = new ArrayList<>();
            long after = 0;
            while (true) {
                Set<Long> now = matching(filter, type);
                Page page = inbox.page(
                        org, new PageRequest(after, 1 + random.nextInt(6), filter, type.map(EventType::new)));
                List<Long> listed =
                        page.events().stream().map(InboxEvent::sequence).toList();
                assertThat(now).as("seed " + seed).containsAll(listed);
                seen.addAll(listed);
                if (page.next().isEmpty()) {
                    break;
                }
                after = page.next().getAsLong();
                live();
            }
            Set<Long> throughout = new TreeSet<>(before);
            throughout.retainAll(matching(filter, type));
            assertThat(seen)
                    .as("seed " + seed + " " + filter + " " + type)
                    .isSorted()
                    .doesNotHaveDuplicates();
            assertThat(seen).as("seed " + seed + " " + filter + " " + type).containsAll(throughout);
        }

        void pageThroughTheHistory() {
            boolean newestFirst = random.nextBoolean();
            Optional<String> type = random.nextBoolean() ? Optional.empty() : Optional.of("b");
            History history = new PostgresHistory(rig.reader);
            Set<Long> before = matching(Filter.ALL, type);
            List<Long> seen = new ArrayList<>();
            OptionalLong cursor = OptionalLong.empty();
            do {
                var page = history.page(
                        org,
                        request(
                                cursor,
                                1 + random.nextInt(6),
                                type.map(TypePattern::parse).orElse(TypePattern.ANY),
                                newestFirst));
                page.events().stream().map(PastEvent::sequence).forEach(seen::add);
                cursor = page.next();
                live();
            } while (cursor.isPresent());
            assertThat(newestFirst ? seen.reversed() : seen)
                    .as("seed " + seed)
                    .isSorted()
                    .doesNotHaveDuplicates()
                    .containsAll(before);
        }

        private Set<Long> matching(Filter filter, Optional<String> type) {
            Set<Long> matching = new TreeSet<>();
            all.forEach((sequence, accepted) -> {
                boolean wanted = filter == Filter.ALL || (filter == Filter.ACKED) == acked.contains(sequence);
                if (wanted && type.map(accepted.event().type().value()::equals).orElse(true)) {
                    matching.add(sequence);
                }
            });
            return matching;
        }

        private void live() {
            if (random.nextBoolean()) {
                arrive(random.nextInt(4));
            }
            if (random.nextBoolean()) {
                acknowledge(1 + random.nextInt(5));
            }
        }

        private void arrive(int count) {
            List<Accepted> events = new ArrayList<>();
            for (int i = 0; i < count && all.size() < 120; i++) {
                long sequence = all.size() + 1L;
                Accepted event = Events.accepted(
                        org, sequence, "{}", random.nextInt(3) == 0 ? "b" : "a", Events.START.plusMillis(sequence));
                all.put(sequence, event);
                events.add(event);
            }
            if (!events.isEmpty()) {
                rig.project(events);
            }
        }

        private void acknowledge(int count) {
            List<EventId> ids = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                long sequence = 1L + random.nextInt(all.size());
                acked.add(sequence);
                ids.add(Objects.requireNonNull(all.get(sequence)).event().id());
            }
            inbox.acknowledge(org, ids);
        }
    }
}
