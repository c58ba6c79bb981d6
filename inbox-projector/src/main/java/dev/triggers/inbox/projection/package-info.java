/** Lays the log into Postgres: each record's rows and the position after it in one transaction. */
@NullMarked
package dev.triggers.inbox.projection;

import org.jspecify.annotations.NullMarked;
