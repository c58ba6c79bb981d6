package dev.triggers.access;

import java.util.Collection;

/** Where changes of keys are made known once they stand in Postgres. */
public interface KeyChanges {

    /** For one who has nobody to tell. */
    KeyChanges NOBODY = _ -> {};

    /** Makes these known here at once, and everywhere else soon. Does not wait, and never fails. */
    void announce(Collection<KeyChange> changes);

    /** What became of one key. */
    record KeyChange(ApiKeyHash hash, KeyState state) {}
}
