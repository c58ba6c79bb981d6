/** The three services and their backends in one process, on one port, for a machine that has none of them. */
@NullMarked
package dev.triggers.cli.dev;

import org.jspecify.annotations.NullMarked;
