/**
 * An inbox's owner is told that something arrived, at a public https address of theirs, signed, without any content, and by
 * one instance at a time.
 */
@NullMarked
package dev.triggers.inbox.notify;

import org.jspecify.annotations.NullMarked;
