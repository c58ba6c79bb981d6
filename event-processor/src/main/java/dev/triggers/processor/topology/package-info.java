/** The flow from submissions to outcomes, and the one decision in it. */
@NullMarked
package dev.triggers.processor.topology;

import org.jspecify.annotations.NullMarked;
