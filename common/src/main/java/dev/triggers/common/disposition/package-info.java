/** Decisions about what is open in an inbox, as the log keeps them. */
@NullMarked
package dev.triggers.common.disposition;

import org.jspecify.annotations.NullMarked;
