package dev.triggers.inbox.notify;

import java.time.Instant;
import java.util.List;

/**
 * What is to be told to whom, kept where all instances see it. Each inbox has at most one notification under way: what
 * arrives meanwhile is counted for the next. Throws {@link dev.triggers.inbox.InboxUnavailable} when it can not be reached.
 */
public interface NotificationQueue {

    /** Counts what arrived in inboxes that want to be told, a bounded number of them. True: there may be more. */
    boolean count();

    /**
     * Takes notifications that are due, which nobody else gets until this time is over or they are settled.
     *
     * @return at most so many, the longest due first
     */
    List<Notification> take(int most, Instant until);

    /** It was delivered. */
    void delivered(Notification notification);

    /** It failed, for this reason, and is due again at that time. */
    void again(Notification notification, String why, Instant due);

    /** It is given up; the next one will say that it makes up for it. */
    void givenUp(Notification notification, String why);

    /** The receiver wants no more: nothing is sent until the address changes. */
    void stopped(Notification notification, String why);
}
