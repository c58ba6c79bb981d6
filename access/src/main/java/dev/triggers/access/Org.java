package dev.triggers.access;

import dev.triggers.common.event.OrgId;
import dev.triggers.common.limit.Plan;
import dev.triggers.common.limit.RateLimit.PerMinute;
import dev.triggers.common.limit.Tier;
import java.time.Instant;
import java.util.Optional;

/**
 * An organisation: a tenant.
 *
 * @param name for people; need not be unique
 * @param own its own numbers, where it has some; they come before the tier's
 * @param plan the numbers that hold
 */
public record Org(
        OrgId id, String name, Tier tier, Optional<PerMinute> own, Plan plan, boolean suspended, Instant createdAt) {}
