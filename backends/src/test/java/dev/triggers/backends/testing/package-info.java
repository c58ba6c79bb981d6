/** Real backends for any module's tests: one set for each JVM, on ports and in a directory nobody else has. */
@NullMarked
package dev.triggers.backends.testing;

import org.jspecify.annotations.NullMarked;
