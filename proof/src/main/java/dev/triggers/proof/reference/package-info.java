/** What Triggers is measured against: servers of the same kind that do less. Started by the benchmarks, never deployed. */
@NullMarked
package dev.triggers.proof.reference;

import org.jspecify.annotations.NullMarked;
