package dev.triggers.access;

import dev.triggers.access.KeyState.InUse;
import java.time.Duration;
import java.util.Optional;

/**
 * A key's state, and how long ago Postgres said so.
 *
 * @param age never less than it is: what is not known exactly is rounded up
 */
public record Confirmed(KeyState state, Duration age) {

    static Confirmed now(KeyState state) {
        return new Confirmed(state, Duration.ZERO);
    }

    Optional<Caller> caller() {
        return state instanceof InUse(Caller caller) ? Optional.of(caller) : Optional.empty();
    }
}
