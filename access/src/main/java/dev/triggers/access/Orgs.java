package dev.triggers.access;

import dev.triggers.common.event.OrgId;
import dev.triggers.common.limit.Tier;
import java.util.Optional;
import java.util.Set;

/** The organisations, and the making of their keys. Each call throws {@link KeysUnavailable} when it could not be done. */
public interface Orgs {

    /** Characters in an org's or a key's name. */
    int NAME_CHARS = 100;

    /** Names that are not 1 to 100 printable characters are refused with {@link IllegalArgumentException}. */
    NewOrg create(String name, Tier tier);

    Optional<Org> find(OrgId id);

    /** The oldest org of that name. */
    Optional<Org> findByName(String name);

    /** Empty when there is no such org. */
    Optional<IssuedKey> issueKey(OrgId org, String name, Set<Scope> scopes);
}
