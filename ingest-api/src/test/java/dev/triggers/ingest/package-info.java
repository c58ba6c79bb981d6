/** Tests of ingest: claims about what is taken, what is refused and why, and what stands in the log. */
@NullMarked
package dev.triggers.ingest;

import org.jspecify.annotations.NullMarked;
