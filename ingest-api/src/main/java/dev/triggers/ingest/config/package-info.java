/** Wires ingest into a process of its own or into one it shares: all its settings and defaults stand here. */
@NullMarked
package dev.triggers.ingest.config;

import org.jspecify.annotations.NullMarked;
