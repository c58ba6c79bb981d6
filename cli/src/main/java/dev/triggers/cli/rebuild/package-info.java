/** {@code ./triggers rebuild}: has the inbox tables built again from the log, and says how far it is. */
@NullMarked
package dev.triggers.cli.rebuild;

import org.jspecify.annotations.NullMarked;
