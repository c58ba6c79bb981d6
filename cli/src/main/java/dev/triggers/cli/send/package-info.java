/** Sends events from a file to a running service, and says what became of each. */
@NullMarked
package dev.triggers.cli.send;

import org.jspecify.annotations.NullMarked;
