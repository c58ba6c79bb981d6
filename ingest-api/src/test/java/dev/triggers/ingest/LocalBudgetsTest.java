package dev.triggers.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.access.Caller;
import dev.triggers.access.Scope;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Uuids;
import dev.triggers.common.limit.Plan;
import dev.triggers.common.limit.RateLimit;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LocalBudgetsTest {

    private static final RateLimit SIXTY = RateLimit.perMinute(60);

    private Instant now = Instant.parse("2026-01-31T12:00:00Z");
    private final LocalBudgets budgets = new LocalBudgets(() -> now, 10);

    @Test
    void aBudgetIsRefilledAtItsRate() {
        Caller caller = caller(SIXTY);

        assertThat(budgets.take(caller, 60).events()).isEqualTo(60);
        assertThat(budgets.take(caller, 1))
                .isEqualTo(new Budgets.Grant(0, new Budget(SIXTY, 0, Duration.ofSeconds(1))));
        now = now.plusMillis(2_500);

        assertThat(budgets.take(caller, 10))
                .isEqualTo(new Budgets.Grant(2, new Budget(SIXTY, 0, Duration.ofMillis(500))));
    }

    @Test
    void whatIsGivenBackMayBeTakenAgainButNeverAboveTheBurst() {
        Caller caller = caller(SIXTY);
        budgets.take(caller, 60);

        budgets.giveBack(caller, 3);
        assertThat(budgets.left(caller).remaining()).isEqualTo(3);
        budgets.giveBack(caller, 100);

        assertThat(budgets.left(caller).remaining()).isEqualTo(60);
    }

    @Test
    void orgsDoNotShareABudget() {
        budgets.take(caller(SIXTY), 60);

        assertThat(budgets.take(caller(SIXTY), 60).events()).isEqualTo(60);
    }

    @Test
    void anOrgWithoutALimitGetsAllItWants() {
        assertThat(budgets.take(caller(RateLimit.UNLIMITED), 10_000))
                .isEqualTo(new Budgets.Grant(10_000, Budget.UNLIMITED));
    }

    private Caller caller(RateLimit limit) {
        return new Caller(
                new OrgId(Uuids.ordered(now)), "12345678", Scope.all(), new Plan(1, limit), false, Optional.empty(), 1);
    }
}
