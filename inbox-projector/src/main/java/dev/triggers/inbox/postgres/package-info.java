/** The inbox tables, their only writer and reader. Everything in them can be built again from the log. */
@NullMarked
package dev.triggers.inbox.postgres;

import org.jspecify.annotations.NullMarked;
