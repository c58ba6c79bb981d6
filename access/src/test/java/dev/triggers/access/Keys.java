package dev.triggers.access;

import dev.triggers.common.event.OrgId;
import dev.triggers.common.limit.Plan;
import dev.triggers.common.limit.Tier;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.UUID;

/** Keys and callers for tests. */
public final class Keys {

    private static final SecureRandom RANDOM = new SecureRandom();

    private Keys() {}

    public static ApiKey fresh() {
        return ApiKey.generate(RANDOM);
    }

    public static Caller caller(ApiKey key) {
        return new Caller(
                new OrgId(UUID.randomUUID()),
                key.id(),
                Scope.all(),
                new Plan(1, Tier.PRO.limit()),
                false,
                Optional.empty(),
                2);
    }
}
