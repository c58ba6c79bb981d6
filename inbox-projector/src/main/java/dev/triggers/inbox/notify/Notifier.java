package dev.triggers.inbox.notify;

/** Sends a notification once and says what came of it, in a bounded time. Never throws for what the other side does. */
@FunctionalInterface
public interface Notifier {
    Answer send(Notification notification);
}
