package dev.triggers.access;

import dev.triggers.common.event.OrgId;
import dev.triggers.common.limit.Tier;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The organisations that are not deleted. Each call throws {@link KeysUnavailable} when it could not be done; a change
 * may then be done all the same, and is made known to nobody but those who ask Postgres.
 */
public interface Orgs {

    /** Characters in an org's or a key's name. */
    int NAME_CHARS = 100;

    /** Names that are not 1 to 100 printable characters are refused with {@link IllegalArgumentException}. */
    NewOrg create(String name, Tier tier);

    Optional<Org> find(OrgId id);

    /** The oldest org of that name. */
    Optional<Org> findByName(String name);

    /** The oldest, by id, that come after this one; absent: from the first. */
    List<Org> list(Optional<OrgId> after, int limit);

    /** The org as it is then. Empty when there is no such org. */
    Optional<Org> change(OrgId id, OrgChange change);

    /** Ends an org and all its keys, for good. False when there is no such org. */
    boolean delete(OrgId id);

    /** As {@link KeyRing#issue}. Empty when there is no such org. */
    Optional<IssuedKey> issueKey(OrgId org, String name, Set<Scope> scopes);
}
