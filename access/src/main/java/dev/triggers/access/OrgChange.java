package dev.triggers.access;

import dev.triggers.common.limit.RateLimit.PerMinute;
import dev.triggers.common.limit.Tier;
import java.util.Optional;

/** What is to become of an org; what is absent stays as it is. */
public record OrgChange(Optional<Tier> tier, Limit limit, Optional<Boolean> suspended) {

    /** What is to become of its own numbers. */
    public sealed interface Limit {

        /** They stay. */
        record Keep() implements Limit {}

        /** It has none any more: the tier's hold. */
        record OfTheTier() implements Limit {}

        /** These. */
        record Own(PerMinute numbers) implements Limit {}
    }

    public static OrgChange to(Tier tier) {
        return new OrgChange(Optional.of(tier), new Limit.Keep(), Optional.empty());
    }

    public static OrgChange suspended(boolean suspended) {
        return new OrgChange(Optional.empty(), new Limit.Keep(), Optional.of(suspended));
    }
}
