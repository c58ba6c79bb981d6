package dev.triggers.processor.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.common.event.Event;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.limit.Plan;
import dev.triggers.common.limit.RateLimit.PerMinute;
import dev.triggers.common.wire.Accepted;
import dev.triggers.common.wire.Rejected;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories, decided by the topology and by the rules written down naively: the same outcomes, offset by offset. */
class AdmissionModelTest {

    private static final List<OrgId> ORGS = List.of(AdmissionRig.ORG, AdmissionRig.OTHER);
    private static final PerMinute LIMIT = new PerMinute(6, 5);
    private static final int DEBT_BURSTS = 1;
    private static final Duration WINDOW = Duration.ofMinutes(10);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void theTopologyDecidesAsTheRulesSay(long seed) {
        Random random = new Random(seed);
        Map<Long, String> expected = new TreeMap<>();
        Map<Long, String> decided = new TreeMap<>();
        Model model = new Model();

        try (AdmissionRig rig = new AdmissionRig(new AdmissionPolicy(WINDOW, DEBT_BURSTS, 1_000_000))) {
            for (long offset = 0; offset < 1_500; offset++) {
                rig.later(Duration.ofMillis(random.nextInt(5_000)));
                OrgId org = ORGS.get(random.nextInt(ORGS.size()));
                String dedupId = random.nextInt(5) == 0 ? null : "d" + random.nextInt(80);
                String data = "{\"n\":" + random.nextInt(2) + "}";
                Event event = AdmissionRig.event(org, dedupId, data);
                rig.submit(event, new Plan(1, LIMIT));
                expected.put(offset, model.decide(org, dedupId, data, rig.now().toEpochMilli(), offset));
            }
            for (Accepted accepted : rig.accepted()) {
                decided.put(accepted.receipt().offset(), "accepted " + accepted.sequence());
            }
            for (Rejected rejected : rig.rejected()) {
                String original =
                        rejected.original().map(o -> " of " + o.offset()).orElse("");
                assertThat(decided.put(rejected.receipt().offset(), rejected.outcome() + original))
                        .isNull();
            }
        }
        assertThat(decided).isEqualTo(expected);
        assertThat(expected.values().stream().map(v -> v.split(" ")[0]).distinct())
                .contains("accepted", "duplicate", "conflict", "throttled");
    }

    /** The rules, naively: every accepted submission is kept, and the bucket is a number of tokens with a fraction. */
    private static final class Model {

        private record Kept(String data, long atMillis, long offset) {}

        private final Map<OrgId, Map<String, List<Kept>>> kept = new HashMap<>();
        private final Map<OrgId, Long> sequences = new HashMap<>();
        private final Map<OrgId, double[]> buckets = new HashMap<>();

        String decide(OrgId org, @Nullable String dedupId, String data, long now, long offset) {
            List<Kept> before = kept.computeIfAbsent(org, _ -> new HashMap<>())
                    .computeIfAbsent(String.valueOf(dedupId), _ -> new ArrayList<>());
            if (dedupId != null && !before.isEmpty()) {
                Kept last = before.getLast();
                if (now - last.atMillis() < WINDOW.toMillis()) {
                    return (last.data().equals(data) ? "duplicate" : "conflict") + " of " + last.offset();
                }
            }
            double[] bucket = buckets.computeIfAbsent(org, _ -> new double[] {LIMIT.burst(), now});
            bucket[0] = Math.min(LIMIT.burst(), bucket[0] + (now - bucket[1]) * LIMIT.events() / 60_000.0);
            bucket[1] = now;
            if (bucket[0] - 1 < -DEBT_BURSTS * LIMIT.burst() - 1e-9) {
                return "throttled";
            }
            bucket[0] -= 1;
            before.add(new Kept(data, now, offset));
            return "accepted " + sequences.merge(org, 1L, Long::sum);
        }
    }
}
