/** Tests of the settings of ingest. */
@NullMarked
package dev.triggers.ingest.config;

import org.jspecify.annotations.NullMarked;
