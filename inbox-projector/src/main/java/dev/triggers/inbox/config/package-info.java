/** The projector's configuration and wiring. */
@NullMarked
package dev.triggers.inbox.config;

import org.jspecify.annotations.NullMarked;
