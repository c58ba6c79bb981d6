/** Tests of ingest over HTTP: claims about what the wire carries. */
@NullMarked
package dev.triggers.ingest.http;

import org.jspecify.annotations.NullMarked;
