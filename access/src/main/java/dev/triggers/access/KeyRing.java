package dev.triggers.access;

import dev.triggers.common.event.OrgId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The keys of one org. Each call throws {@link KeysUnavailable} when it could not be done, as {@link Orgs} does. */
public interface KeyRing {

    /** Most keys of an org in use at once. */
    int MOST = 100;

    /** Longest that an old key stays good beside the one that takes over from it. */
    Duration LONGEST_GRACE = Duration.ofDays(7);

    /** Those in use, oldest first. */
    List<Entry> list(OrgId org);

    /** One in use. */
    Optional<Entry> find(OrgId org, String keyId);

    /**
     * Empty when there is no such org. A name that is not 1 to 100 printable characters is refused with
     * {@link IllegalArgumentException}, one key too many with {@link TooManyKeys}.
     */
    Optional<IssuedKey> issue(OrgId org, String name, Set<Scope> scopes, Optional<Instant> expiresAt);

    /**
     * A key with the same name, scopes and expiry takes over from this one, which stays good for the grace, but not
     * beyond its own expiry. Empty when it is not in use.
     */
    Optional<IssuedKey> rotate(OrgId org, String keyId, Duration grace);

    /** False when it was not in use. */
    boolean revoke(OrgId org, String keyId);

    /** A key as it may be shown. */
    record Entry(String id, String name, Set<Scope> scopes, Instant createdAt, Optional<Instant> expiresAt) {

        public Entry {
            scopes = Set.copyOf(scopes);
        }
    }

    /** An org has as many keys as it may. */
    final class TooManyKeys extends RuntimeException {

        private static final long serialVersionUID = 1L;

        TooManyKeys(long keys, long most) {
            super("keys: " + keys + " (expected: fewer than " + most + ")", null, false, false);
        }
    }
}
