/** Tests of those who wait. */
@NullMarked
package dev.triggers.inbox.live;

import org.jspecify.annotations.NullMarked;
