/** Runs the topology on Kafka Streams: settings, life, health and figures. */
@NullMarked
package dev.triggers.processor.streams;

import org.jspecify.annotations.NullMarked;
