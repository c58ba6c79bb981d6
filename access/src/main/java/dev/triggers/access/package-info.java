/**
 * Who is calling: a key is looked up in memory, then Redis, then Postgres, and "could not decide" is never "no".
 * Nothing here keeps, logs or prints a key.
 */
@NullMarked
package dev.triggers.access;

import org.jspecify.annotations.NullMarked;
