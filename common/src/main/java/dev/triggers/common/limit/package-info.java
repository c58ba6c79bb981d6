/** How many events an org may send, and how that is counted: pure, in integers, with time as an argument. */
@NullMarked
package dev.triggers.common.limit;

import org.jspecify.annotations.NullMarked;
