/** The inbox over HTTP. */
@NullMarked
package dev.triggers.inbox.http;

import org.jspecify.annotations.NullMarked;
