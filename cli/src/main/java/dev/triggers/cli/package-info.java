/** What {@code ./triggers} does, but for building and testing: {@code dev}, {@code send} and {@code help}. */
@NullMarked
package dev.triggers.cli;

import org.jspecify.annotations.NullMarked;
