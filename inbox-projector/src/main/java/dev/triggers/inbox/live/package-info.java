/** Those who wait are woken when something happened, and never miss it: they register before they look. */
@NullMarked
package dev.triggers.inbox.live;

import org.jspecify.annotations.NullMarked;
