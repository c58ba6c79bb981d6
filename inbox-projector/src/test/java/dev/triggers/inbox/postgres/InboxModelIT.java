package dev.triggers.inbox.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random steps of everything that can happen to inboxes, on real tables and a real log, each held to {@link InboxAccount}:
 * {@link ModelWalk} says what. {@code -Dinbox.model.seeds=6,7} walks those instead.
 */
@ExtendWith(RealBackendsExtension.class)
class InboxModelIT {

    private static final int STEPS = 500;

    private static WalkRig rig;

    @BeforeAll
    static void start(RealBackends real) throws Exception {
        rig = new WalkRig(real);
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    static LongStream seeds() {
        return Arrays.stream(
                        System.getProperty("inbox.model.seeds", "1,2,3,4,5").split(",", -1))
                .mapToLong(Long::parseLong);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void anInboxIsWhatItsLogSaysWhateverHappens(long seed) throws Exception {
        int rebuilds = rig.rebuilds();
        try (ModelWalk walk = new ModelWalk(rig, seed)) {
            for (int step = 0; step < STEPS; step++) {
                walk.step();
            }
            walk.end();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + " (again with -Dinbox.model.seeds=" + seed + ")", e);
        }
        assertThat(rig.rebuilds()).as("rebuilds").isGreaterThan(rebuilds);
    }
}
