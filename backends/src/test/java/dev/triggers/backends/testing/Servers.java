package dev.triggers.backends.testing;

import dev.triggers.backends.Backends;
import dev.triggers.backends.PostgresAddress;

/** The three servers, however they are run. */
interface Servers extends Backends {

    Server kafka();

    KillableServer postgreSql();

    KillableServer redis();

    /** An empty database, owned by the same role as that of {@link #postgres()}. */
    PostgresAddress createDatabase(String name);
}
