/** The README's claims, held from outside: over HTTP and Kafka, against processes as a user runs them. */
@NullMarked
package dev.triggers.proof;

import org.jspecify.annotations.NullMarked;
