/** Takes events in: what is answered "received" stands in the log, and what the log did not confirm is never called so. */
@NullMarked
package dev.triggers.ingest;

import org.jspecify.annotations.NullMarked;
