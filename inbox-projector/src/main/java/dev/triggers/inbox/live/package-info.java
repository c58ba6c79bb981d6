/**
 * Those who wait or listen are woken when something happened, and never miss it: they register before they look. A client
 * that is slow or idle costs memory and nobody else's time.
 */
@NullMarked
package dev.triggers.inbox.live;

import org.jspecify.annotations.NullMarked;
