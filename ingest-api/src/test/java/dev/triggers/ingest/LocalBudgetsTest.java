package dev.triggers.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.access.Caller;
import dev.triggers.access.Scope;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Uuids;
import dev.triggers.common.limit.Plan;
import dev.triggers.common.limit.RateLimit;
import dev.triggers.common.limit.RateLimit.PerMinute;
import dev.triggers.common.limit.TokenBucket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    @Test
    void anOrgHeldBackSendsNothingUntilItIsOverAndThenOneAtATime() {
        Caller caller = caller(SIXTY);
        budgets.take(caller, 1);

        budgets.hold(caller.org(), Duration.ofSeconds(20));

        assertThat(budgets.take(caller, 5))
                .isEqualTo(new Budgets.Grant(0, new Budget(SIXTY, 0, Duration.ofSeconds(20))));
        now = now.plusMillis(19_999);
        assertThat(budgets.take(caller, 5)).isEqualTo(new Budgets.Grant(0, new Budget(SIXTY, 0, Duration.ofMillis(1))));
        now = now.plusMillis(1);
        assertThat(budgets.take(caller, 5))
                .isEqualTo(new Budgets.Grant(1, new Budget(SIXTY, 0, Duration.ofSeconds(1))));
    }

    @Test
    void anOrgNotSeenHereYetIsHeldBackAllTheSame() {
        Caller caller = caller(SIXTY);
        budgets.hold(caller.org(), Duration.ofSeconds(20));
        now = now.plusSeconds(5);

        assertThat(budgets.left(caller)).isEqualTo(new Budget(SIXTY, 0, Duration.ofSeconds(15)));
    }

    @Test
    void aWaitThatWasOverBeforeTheOrgCameCostsItNothing() {
        Caller caller = caller(SIXTY);
        budgets.hold(caller.org(), Duration.ofSeconds(20));
        now = now.plusSeconds(20);

        assertThat(budgets.left(caller).remaining()).isEqualTo(60);
    }

    @Test
    void theLatestWordCounts() {
        Caller caller = caller(SIXTY);
        budgets.take(caller, 60);
        budgets.hold(caller.org(), Duration.ofSeconds(10));
        budgets.hold(caller.org(), Duration.ofSeconds(30));
        assertThat(budgets.left(caller).untilOne()).isEqualTo(Duration.ofSeconds(30));

        now = now.plusSeconds(2);
        budgets.hold(caller.org(), Duration.ZERO);

        assertThat(budgets.left(caller).remaining()).isEqualTo(1);
    }

    @Test
    void thatItIsOverTakesNothingFromWhoWasNotHeldBack() {
        Caller caller = caller(SIXTY);
        budgets.take(caller, 10);

        budgets.hold(caller.org(), Duration.ZERO);

        assertThat(budgets.left(caller).remaining()).isEqualTo(50);
    }

    @Test
    void noOneIsHeldBackForLongerThanARefill() {
        Caller known = caller(SIXTY);
        Caller notKnown = caller(SIXTY);
        budgets.take(known, 1);
        budgets.hold(known.org(), Duration.ofMillis(Long.MAX_VALUE));
        budgets.hold(notKnown.org(), Duration.ofMillis(Long.MAX_VALUE));

        assertThat(budgets.left(known).untilOne()).isEqualTo(Duration.ofMinutes(1));
        assertThat(budgets.left(notKnown).untilOne()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void oneOrgHeldBackDoesNotTouchAnother() {
        budgets.hold(caller(SIXTY).org(), Duration.ofSeconds(20));

        assertThat(budgets.take(caller(SIXTY), 60).events()).isEqualTo(60);
    }

    @Test
    void aRaisedLimitCountsAtOnceAndShortensTheWait() {
        Caller before = caller(SIXTY);
        budgets.take(before, 60);
        budgets.hold(before.org(), Duration.ofSeconds(40));

        Caller raised = changed(before, 2, RateLimit.perMinute(6_000));
        assertThat(budgets.left(raised).untilOne()).isEqualTo(Duration.ofMillis(400));
        Caller quick = changed(before, 3, new RateLimit.PerMinute(6_000, 10));
        assertThat(budgets.left(quick).untilOne()).isEqualTo(Duration.ofMillis(100));

        assertThat(budgets.take(changed(before, 4, RateLimit.UNLIMITED), 10_000).events())
                .isEqualTo(10_000);
    }

    @Test
    void aLoweredLimitCountsAtOnce() {
        Caller before = caller(SIXTY);
        Caller lowered = changed(before, 2, RateLimit.perMinute(5));

        budgets.take(before, 1);

        assertThat(budgets.take(lowered, 60).events()).isEqualTo(5);
    }

    @Test
    void theNewestPlanCountsWhicheverCopyACallerStillCarries() {
        Caller before = caller(RateLimit.UNLIMITED);
        Caller limited = changed(before, 2, SIXTY);

        assertThat(budgets.take(limited, 60).events()).isEqualTo(60);
        assertThat(budgets.take(before, 60).events()).isZero();
    }

    @Test
    void aClockThatGoesBackHoldsNoOneBackForLonger() {
        Caller caller = caller(SIXTY);
        budgets.take(caller, 60);
        budgets.hold(caller.org(), Duration.ofSeconds(20));

        now = now.minus(Duration.ofHours(48));
        assertThat(budgets.left(caller).untilOne()).isEqualTo(Duration.ofSeconds(20));
        now = now.plusSeconds(21);

        assertThat(budgets.left(caller).remaining()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void inNoWindowIsMoreGrantedThanTheBurstAndTheRefill(long seed) {
        Random random = new Random(seed);
        PerMinute limit = new PerMinute(1 + random.nextInt(3_000), 1 + random.nextInt(200));
        Caller caller = caller(limit);
        List<long[]> grants = new ArrayList<>(); // when, how many
        long granted = 0;
        for (int i = 0; i < 400; i++) {
            now = now.plusMillis(random.nextInt(4) == 0 ? random.nextInt(3_000) : random.nextInt(30));
            switch (random.nextInt(8)) {
                case 0 -> budgets.hold(caller.org(), Duration.ofMillis(random.nextInt(2_000)));
                case 1 -> {
                    int back = (int) Math.min(granted, random.nextInt(20));
                    budgets.giveBack(caller, back);
                    grants.add(new long[] {now.toEpochMilli(), -back});
                    granted -= back;
                }
                default -> {
                    int events = budgets.take(caller, random.nextInt(60)).events();
                    grants.add(new long[] {now.toEpochMilli(), events});
                    granted += events;
                }
            }
            assertThat(budgets.left(caller).remaining()).isBetween(0L, limit.burst());
        }
        assertThat(granted).isPositive();
        for (int from = 0; from < grants.size(); from++) {
            long events = 0;
            for (int to = from; to < grants.size(); to++) {
                events += grants.get(to)[1];
                long millis = grants.get(to)[0] - grants.get(from)[0];
                assertThat(events * 60_000).isLessThanOrEqualTo(limit.burst() * 60_000 + millis * limit.events());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void theWaitThatIsToldIsExactWhateverHappenedBefore(long seed) {
        Random random = new Random(seed);
        PerMinute limit = new PerMinute(1 + random.nextInt(3_000), 1 + random.nextInt(20));
        Caller caller = caller(limit);
        Duration longest = limit.refillTime().plus(new TokenBucket(0, 0).untilOne(limit));
        for (int i = 0; i < 200; i++) {
            now = now.plusMillis(random.nextInt(2_000));
            budgets.take(caller, random.nextInt(30));
            if (random.nextBoolean()) {
                budgets.hold(caller.org(), Duration.ofMillis(random.nextInt(100_000)));
            }
            Duration wait = budgets.left(caller).untilOne();
            assertThat(wait).isLessThanOrEqualTo(longest);
            if (wait.isPositive()) {
                now = now.plus(wait).minusMillis(1);
                assertThat(budgets.take(caller, 1).events()).isZero();
                now = now.plusMillis(1);
            }
            assertThat(budgets.take(caller, 1).events()).isEqualTo(1);
        }
    }

    private static Caller changed(Caller caller, long version, RateLimit limit) {
        return new Caller(
                caller.org(),
                caller.keyId(),
                caller.scopes(),
                new Plan(version, limit),
                false,
                Optional.empty(),
                version);
    }

    private Caller caller(RateLimit limit) {
        return new Caller(
                new OrgId(Uuids.ordered(now)), "12345678", Scope.all(), new Plan(1, limit), false, Optional.empty(), 1);
    }
}
