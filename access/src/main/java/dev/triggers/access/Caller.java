package dev.triggers.access;

import dev.triggers.common.event.OrgId;
import dev.triggers.common.limit.Plan;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Who a key speaks for, and what it may do.
 *
 * @param keyId the key's public part
 * @param plan the org's, versioned
 * @param suspended whether the org is
 * @param expiresAt from when on the key is not valid; absent: never
 * @param version raised by every change of the key or of its org: of two copies the higher is the newer
 */
public record Caller(
        OrgId org,
        String keyId,
        Set<Scope> scopes,
        Plan plan,
        boolean suspended,
        Optional<Instant> expiresAt,
        long version) {

    public Caller {
        scopes = Set.copyOf(scopes);
    }

    /** Throws {@link ProblemException}: {@code org_suspended} or {@code missing_scope}. */
    public void require(Scope scope) {
        if (suspended) {
            throw new ProblemException(ProblemCode.ORG_SUSPENDED, "org: suspended (expected: active)");
        }
        if (!scopes.contains(scope)) {
            throw new ProblemException(
                    ProblemCode.MISSING_SCOPE, "key: " + keyId + " (expected: a key with scope " + scope + ")");
        }
    }

    public boolean expired(Instant now) {
        return expiresAt.isPresent() && !now.isBefore(expiresAt.get());
    }
}
