/** What an event is, how it is named, and how large it may be. Pure values: nothing here knows a wire or a store. */
@NullMarked
package dev.triggers.common.event;

import org.jspecify.annotations.NullMarked;
