package dev.triggers.access;

import dev.triggers.common.event.OrgId;
import dev.triggers.common.limit.Plan;
import dev.triggers.common.limit.Tier;
import java.time.Instant;

/**
 * An organisation: a tenant.
 *
 * @param name for people; need not be unique
 * @param plan the tier's numbers, or the org's own
 */
public record Org(OrgId id, String name, Tier tier, Plan plan, boolean suspended, Instant createdAt) {}
