/** Tests of the wiring of access. */
@NullMarked
package dev.triggers.access.config;

import org.jspecify.annotations.NullMarked;
