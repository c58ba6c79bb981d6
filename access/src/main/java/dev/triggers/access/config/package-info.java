/** Wires access into a service: the one place where the order of the layers and the defaults stand. */
@NullMarked
package dev.triggers.access.config;

import org.jspecify.annotations.NullMarked;
