/** What an org's consumers see of it: its inbox, and what became of each submission. */
@NullMarked
package dev.triggers.inbox;

import org.jspecify.annotations.NullMarked;
