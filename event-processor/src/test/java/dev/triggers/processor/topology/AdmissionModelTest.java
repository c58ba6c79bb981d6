package dev.triggers.processor.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Start;
import dev.triggers.common.event.Event;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.event.Uuids;
import dev.triggers.common.limit.Plan;
import dev.triggers.common.limit.RateLimit;
import dev.triggers.common.limit.RateLimit.PerMinute;
import dev.triggers.common.wire.Marker;
import dev.triggers.common.wire.Marker.Kind;
import dev.triggers.common.wire.Submission;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Random histories, thousands of small ones interleaved in one partition, decided by the topology and by the rules
 * written down naively: the same outcomes, offset by offset, and the edges are told the same. Brokers' and instances'
 * clocks jump, plans change, some records can not be read, what was sent is redriven, once or often, and markers of
 * inboxes stand in between.
 */
class AdmissionModelTest {

    private static final int CASES = 2_000;
    private static final int AT_ONCE = 12;
    private static final int DEBT_BURSTS = 1;
    private static final Duration WINDOW = Duration.ofSeconds(90);
    private static final AdmissionPolicy POLICY = new AdmissionPolicy(WINDOW, DEBT_BURSTS, 1_000_000);

    /** One record: a marker where it has one. Without a plan it can not be read. */
    private record Step(
            Event event,
            @Nullable String dedupId,
            String data,
            @Nullable Plan plan,
            Instant stamp,
            Instant logged,
            Optional<Receipt> redrives,
            @Nullable Marker marker) {}

    @Test
    void theTopologyDecidesAsTheRulesSay() {
        List<Step> steps = steps(new Random(20_261_123), CASES);
        Model model = new Model();
        Map<Long, String> expected = new TreeMap<>();
        for (Step step : steps) {
            long offset = expected.size();
            expected.put(offset, model.decide(step, offset));
        }
        try (AdmissionRig rig = new AdmissionRig(POLICY)) {
            steps.forEach(step -> submit(rig, step));

            assertThat(outcomes(rig)).isEqualTo(expected);
            assertThat(rig.throttlesByOrg()).isEqualTo(model.told);
            assertThat(rig.tally).filteredOn("stamped"::equals).hasSize((int) expected.values().stream()
                    .filter(v -> v.startsWith("stamped"))
                    .count());
            assertThat(rig.tally).hasSameSizeAs(steps).doesNotContain("skipped");
            assertThat(rig.deadLetters()).hasSize((int)
                    expected.values().stream().filter("dead"::equals).count());
        }
        assertThat(expected.values().stream().map(v -> v.split(" ")[0]).distinct())
                .contains("accepted", "duplicate", "conflict", "throttled", "dead", "stamped");
        assertThat(model.told).hasSizeGreaterThan(CASES / 20);
    }

    @Test
    void theSameRecordsGetTheSameVerdictsAgain() {
        List<Step> steps = steps(new Random(7), 100);
        try (AdmissionRig once = new AdmissionRig(POLICY);
                AdmissionRig again = new AdmissionRig(POLICY)) {
            steps.forEach(step -> submit(once, step));
            steps.forEach(step -> submit(again, step));

            assertThat(again.written()).hasSizeGreaterThan(steps.size() - 1).isEqualTo(once.written());
        }
    }

    private static void submit(AdmissionRig rig, Step step) {
        if (step.marker() != null) {
            rig.mark(step.marker(), step.logged());
        } else if (step.plan() == null) {
            rig.submitWithoutType(step.event(), step.logged());
        } else {
            rig.submit(new Submission(step.event(), step.stamp(), step.plan(), step.redrives()), step.logged());
        }
    }

    private static Map<Long, String> outcomes(AdmissionRig rig) {
        Map<Long, String> outcomes = new TreeMap<>();
        rig.accepted()
                .forEach(a -> outcomes.put(
                        a.receipt().offset(),
                        "accepted " + a.sequence() + " at " + a.decidedAt().toEpochMilli()));
        rig.rejected().forEach(r -> {
            String original = r.original().map(o -> " of " + o.offset()).orElse("");
            assertThat(outcomes.put(r.receipt().offset(), r.outcome() + original))
                    .isNull();
        });
        rig.stamped()
                .forEach(s -> assertThat(outcomes.put(
                                s.stamp().receipt().offset(),
                                "stamped " + s.getClass().getSimpleName() + " "
                                        + s.stamp().number() + " at "
                                        + s.stamp().sequence()))
                        .isNull());
        return outcomes;
    }

    /** Histories of three to eight records each, a dozen at a time. */
    private static List<Step> steps(Random random, int cases) {
        List<Step> steps = new ArrayList<>();
        List<History> open = new ArrayList<>();
        Instant now = AdmissionRig.START;
        int begun = 0;
        while (begun < cases || !open.isEmpty()) {
            while (open.size() < AT_ONCE && begun < cases) {
                open.add(new History(random, begun++));
            }
            now = now.plusMillis(random.nextInt(1_500));
            History history = open.get(random.nextInt(open.size()));
            steps.add(history.next(now, steps.size()));
            if (history.left == 0) {
                open.remove(history);
            }
        }
        return steps;
    }

    /** What one org sends: few dedup ids, two bodies, a limit that is soon reached, now and then another plan. */
    private static final class History {

        private final Random random;
        private final OrgId org;
        private final List<Sent> sent = new ArrayList<>();
        private int left;
        private Plan plan;

        private History(Random random, int number) {
            this.random = random;
            this.org = new OrgId(Uuids.ordered(AdmissionRig.START.plusMillis(number)));
            this.left = 3 + random.nextInt(6);
            this.plan = new Plan(1, limit());
        }

        private RateLimit limit() {
            return random.nextInt(6) == 0
                    ? RateLimit.UNLIMITED
                    : new PerMinute(1 + random.nextInt(20), 1 + random.nextInt(3));
        }

        private record Sent(Event event, @Nullable String dedupId, String data, long offset) {}

        private Step next(Instant now, long offset) {
            left--;
            if (random.nextInt(12) == 0) {
                plan = new Plan(plan.version() + random.nextInt(3) - 1 > 0 ? plan.version() + 1 : 1, limit());
            }
            if (!sent.isEmpty() && random.nextInt(4) == 0) {
                Sent again = sent.get(random.nextInt(sent.size()));
                Optional<Receipt> receipt = Optional.of(new Receipt(0, again.offset()));
                return new Step(
                        again.event(), again.dedupId(), again.data(), plan, jumped(now), jumped(now), receipt, null);
            }
            String dedupId = random.nextInt(3) == 0 ? null : "d" + random.nextInt(3);
            String data = "{\"n\":" + random.nextInt(2) + "}";
            boolean readable = random.nextInt(25) > 0;
            Event event = AdmissionRig.event(org, dedupId, data);
            if (random.nextInt(8) == 0) {
                return new Step(event, dedupId, data, plan, now, jumped(now), Optional.empty(), marker(now));
            }
            if (readable) {
                sent.add(new Sent(event, dedupId, data, offset));
            }
            return new Step(
                    event, dedupId, data, readable ? plan : null, jumped(now), jumped(now), Optional.empty(), null);
        }

        private Marker marker(Instant now) {
            Kind[] kinds = Kind.values();
            int number = 1 + random.nextInt(5);
            return new Marker(
                    org, InboxId.defaultOf(org), number, kinds[random.nextInt(kinds.length)], Start.NOW, jumped(now));
        }

        /** Mostly right; sometimes two days before, two days ahead, or a little off. */
        private Instant jumped(Instant now) {
            return switch (random.nextInt(40)) {
                case 0 -> now.plus(Duration.ofHours(48));
                case 1 -> now.minus(Duration.ofHours(48));
                case 2 -> now.plusMillis(random.nextInt(20_000) - 10_000);
                default -> now;
            };
        }
    }

    /** The rules, naively: every accepted submission is kept, and a token is sixty thousand parts. */
    private static final class Model {

        private record Kept(String data, long atMillis, long offset) {}

        private static final class Org {
            private final Map<EventId, Kept> kept = new HashMap<>();
            private long sequence;
            private long parts;
            private long asOf;
            private long toldUntil;
            private Plan plan = new Plan(0, RateLimit.UNLIMITED);
        }

        private final Map<OrgId, Org> orgs = new HashMap<>();
        private final Map<OrgId, List<Duration>> told = new HashMap<>();
        private long now;

        String decide(Step step, long offset) {
            if (step.marker() != null) {
                return stamped(step.marker(), orgs.get(step.event().org()));
            }
            if (step.plan() == null) {
                return "dead";
            }
            long trusted = step.stamp().plus(Duration.ofMinutes(5)).toEpochMilli();
            now = Math.max(now, Math.min(step.logged().toEpochMilli(), trusted));
            Org org = orgs.computeIfAbsent(step.event().org(), _ -> new Org());
            if (step.plan().version() > org.plan.version()) {
                change(org, step.plan());
            }
            if (org.plan.limit() instanceof PerMinute limit) {
                org.parts = Math.min(limit.burst() * 60_000, org.parts + (now - org.asOf) * limit.events());
            }
            org.asOf = now;
            String outcome = outcome(org, step, offset);
            tell(step.event().org(), org);
            return outcome;
        }

        /** It sees how far the org is, and changes nothing. */
        private static String stamped(Marker marker, @Nullable Org org) {
            String kind = switch (marker.kind()) {
                case BEGAN -> "Began";
                case PAUSED -> "Paused";
                case RESUMED -> "Resumed";
            };
            return "stamped " + kind + " " + marker.number() + " at " + (org == null ? 0 : org.sequence);
        }

        private static void change(Org org, Plan plan) {
            if (plan.limit() instanceof PerMinute limit) {
                org.parts = org.plan.limit() instanceof PerMinute
                        ? Math.max(org.parts, -DEBT_BURSTS * limit.burst() * 60_000)
                        : limit.burst() * 60_000;
            }
            org.plan = plan;
            org.toldUntil = 0;
        }

        private String outcome(Org org, Step step, long offset) {
            boolean mayComeAgain = step.dedupId() != null || step.redrives().isPresent();
            Kept before = mayComeAgain ? org.kept.get(step.event().id()) : null;
            if (before != null && now - before.atMillis() < WINDOW.toMillis()) {
                return (before.data().equals(step.data()) ? "duplicate" : "conflict") + " of " + before.offset();
            }
            if (org.plan.limit() instanceof PerMinute limit) {
                if (org.parts - 60_000 < -DEBT_BURSTS * limit.burst() * 60_000) {
                    return "throttled";
                }
                org.parts -= 60_000;
            }
            if (mayComeAgain) {
                org.kept.put(step.event().id(), new Kept(step.data(), now, offset));
            }
            return "accepted " + ++org.sequence + " at " + now;
        }

        private void tell(OrgId id, Org org) {
            if (!(org.plan.limit() instanceof PerMinute limit) || org.parts >= 0) {
                return;
            }
            long refill = Math.ceilDiv(limit.burst() * 60_000, limit.events());
            long wait = Math.min(refill, Math.ceilDiv(60_000 - org.parts, limit.events()));
            if (now + wait >= org.toldUntil + Math.max(250, refill / 32)) {
                org.toldUntil = now + wait;
                told.computeIfAbsent(id, _ -> new ArrayList<>()).add(Duration.ofMillis(wait));
            }
        }
    }
}
