/** What a service says about itself: whether it can serve, and what it serves without. */
@NullMarked
package dev.triggers.common.about;

import org.jspecify.annotations.NullMarked;
