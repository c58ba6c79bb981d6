/** Decides what becomes of every submission, once: the only writer of {@code triggers.accepted} and {@code triggers.rejected}. */
@NullMarked
package dev.triggers.processor;

import org.jspecify.annotations.NullMarked;
