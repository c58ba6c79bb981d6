/**
 * Benchmarks: {@code ./triggers bench}. Services and servers are processes of their own, the load is open loop where
 * latency is measured, and a run whose books do not balance is no result.
 */
@NullMarked
package dev.triggers.proof.bench;

import org.jspecify.annotations.NullMarked;
