/** What the inbox needs of the log besides the projection: to append dispositions, and to look a submission up. */
@NullMarked
package dev.triggers.inbox.kafka;

import org.jspecify.annotations.NullMarked;
