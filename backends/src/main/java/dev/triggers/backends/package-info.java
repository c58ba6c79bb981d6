/**
 * Real Kafka, PostgreSQL and Redis behind three addresses. What is started here listens on 127.0.0.1 only, keeps what it
 * acknowledged through {@code kill -9} of its process, and leaves no process behind.
 */
@NullMarked
package dev.triggers.backends;

import org.jspecify.annotations.NullMarked;
