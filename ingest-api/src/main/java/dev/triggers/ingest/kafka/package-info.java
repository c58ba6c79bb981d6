/** The log in Kafka: one producer for all, and an answer within a bound whether Kafka is there or not. */
@NullMarked
package dev.triggers.ingest.kafka;

import org.jspecify.annotations.NullMarked;
