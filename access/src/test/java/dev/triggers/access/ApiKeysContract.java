package dev.triggers.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What every {@link ApiKeys} holds to, whatever it keeps its keys in. */
abstract class ApiKeysContract {

    abstract ApiKeys keys();

    /** A key in use, and who it is expected to speak for. */
    abstract Known known();

    record Known(ApiKey key, Caller caller) {}

    @Test
    void aKnownKeyIsItsCaller() {
        Known known = known();

        assertThat(keys().find(known.key().hash())).contains(known.caller());
    }

    @Test
    void aKnownKeyIsItsCallerHoweverOftenItIsAsked() {
        Known known = known();

        keys().find(known.key().hash());

        assertThat(keys().find(known.key().hash())).contains(known.caller());
    }

    @Test
    void anUnknownKeyIsNobody() {
        assertThat(keys().find(Keys.fresh().hash())).isEmpty();
        assertThat(keys().find(Keys.fresh().hash())).isEmpty();
    }

    @Test
    void aKeyIsOnlyItself() {
        Known one = known();
        Known other = known();

        assertThat(keys().find(one.key().hash())).contains(one.caller());
        assertThat(keys().find(other.key().hash())).contains(other.caller());
        assertThat(one.caller()).isNotEqualTo(other.caller());
    }
}
