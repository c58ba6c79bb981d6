/** Remembers what was accepted within the window, so that a retry is kept once. */
@NullMarked
package dev.triggers.processor.dedup;

import org.jspecify.annotations.NullMarked;
