package dev.triggers.access;

import java.util.Optional;

/** What a new org's first key is expected to say. */
final class TestOrgs {

    private TestOrgs() {}

    static Caller callerOf(NewOrg created) {
        return new Caller(
                created.org().id(),
                created.key().id(),
                Scope.all(),
                created.org().plan(),
                false,
                Optional.empty(),
                2);
    }
}
