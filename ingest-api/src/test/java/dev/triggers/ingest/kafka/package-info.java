/** Tests of the log on real Kafka. */
@NullMarked
package dev.triggers.ingest.kafka;

import org.jspecify.annotations.NullMarked;
