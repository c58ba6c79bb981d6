/** How values stand in Kafka records: the table of topics, and CloudEvents 1.0 in the Kafka binding's binary mode. */
@NullMarked
package dev.triggers.common.wire;

import org.jspecify.annotations.NullMarked;
