/** Every error the HTTP interface gives, in one shape: RFC 9457, and a list of errors in the same body. */
@NullMarked
package dev.triggers.common.problem;

import org.jspecify.annotations.NullMarked;
