/** Tests of what both HTTP services share. */
@NullMarked
package dev.triggers.access.http;

import org.jspecify.annotations.NullMarked;
