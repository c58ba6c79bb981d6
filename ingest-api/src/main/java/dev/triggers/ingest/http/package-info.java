/** Ingest over HTTP: bounded bodies in, one JSON answer or one problem out. */
@NullMarked
package dev.triggers.ingest.http;

import org.jspecify.annotations.NullMarked;
