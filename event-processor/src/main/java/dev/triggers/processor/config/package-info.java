/** The processor's configuration and wiring. */
@NullMarked
package dev.triggers.processor.config;

import org.jspecify.annotations.NullMarked;
