/** Builds the inbox tables again from the log while they are in use. */
@NullMarked
package dev.triggers.inbox.rebuild;

import org.jspecify.annotations.NullMarked;
