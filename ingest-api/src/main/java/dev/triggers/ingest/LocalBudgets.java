package dev.triggers.ingest;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.triggers.access.Caller;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.limit.RateLimit;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * One token bucket an org, in this process, at the org's newest plan that a caller carried, and empty while the
 * processor holds the org back. The least used are forgotten, full and not held back.
 */
public final class LocalBudgets implements Budgets, Holds {

    private final InstantSource clock;
    private final Cache<OrgId, LocalBudget> orgs;

    /** @param mostOrgs how many orgs are remembered */
    public LocalBudgets(InstantSource clock, int mostOrgs) {
        this.clock = clock;
        this.orgs = Caffeine.newBuilder()
                .maximumSize(mostOrgs)
                .executor(Runnable::run)
                .build();
    }

    @Override
    public Grant take(Caller caller, int wanted) {
        if (neverLimited(caller)) {
            return new Grant(wanted, Budget.UNLIMITED);
        }
        return of(caller.org()).take(caller.plan(), wanted);
    }

    @Override
    public void giveBack(Caller caller, int events) {
        if (!neverLimited(caller)) {
            of(caller.org()).giveBack(caller.plan(), events);
        }
    }

    @Override
    public Budget left(Caller caller) {
        return take(caller, 0).left();
    }

    @Override
    public void hold(OrgId org, Duration remaining) {
        if (remaining.isPositive()) {
            of(org).hold(remaining);
            return;
        }
        @Nullable LocalBudget known = orgs.getIfPresent(org);
        if (known != null) {
            known.hold(Duration.ZERO);
        }
    }

    private boolean neverLimited(Caller caller) {
        return caller.plan().limit() instanceof RateLimit.Unlimited && orgs.getIfPresent(caller.org()) == null;
    }

    private LocalBudget of(OrgId org) {
        return orgs.get(org, _ -> new LocalBudget(clock));
    }
}
