package dev.triggers.inbox.notify;

import dev.triggers.inbox.InboxUnavailable;
import dev.triggers.inbox.notify.Answer.Delivered;
import dev.triggers.inbox.notify.Answer.Failed;
import dev.triggers.inbox.notify.Answer.Gone;
import dev.triggers.inbox.notify.Answer.Refused;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what is due, a bounded number at once. Woken when something arrived somewhere, and looks once a second for what is
 * to be tried again. Notifications taken = delivered + retried + given up + stopped + those whose end could not be written
 * down, which are sent again under the same id.
 */
public final class NotificationDispatcher implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(NotificationDispatcher.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    /** Above all that an attempt may take. */
    private static final Duration TAKEN_FOR = Duration.ofMinutes(2);

    private final NotificationQueue queue;
    private final Notifier notifier;
    private final RetryPolicy policy;
    private final InstantSource clock;
    private final int atOnce;
    private final Semaphore slots;
    private final Semaphore woken = new Semaphore(0);
    private final Counter delivered;
    private final Counter retried;
    private final Counter givenUp;
    private final Counter stopped;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("inbox-notifier").unstarted(this::dispatchForEver);
    private volatile boolean closed;

    /** @param atOnce attempts under way at once */
    public NotificationDispatcher(
            NotificationQueue queue,
            Notifier notifier,
            RetryPolicy policy,
            int atOnce,
            MeterRegistry meters,
            InstantSource clock) {
        this.queue = queue;
        this.notifier = notifier;
        this.policy = policy;
        this.clock = clock;
        this.atOnce = atOnce;
        this.slots = new Semaphore(atOnce);
        delivered = counter(meters, "delivered");
        retried = counter(meters, "retried");
        givenUp = counter(meters, "given_up");
        stopped = counter(meters, "stopped");
        Gauge.builder("triggers.inbox.notifications.sending", this, NotificationDispatcher::sending)
                .description("Notifications under way")
                .register(meters);
    }

    private static Counter counter(MeterRegistry meters, String result) {
        return Counter.builder("triggers.inbox.notifications")
                .description("Attempts to notify the owner of an inbox")
                .tag("result", result)
                .register(meters);
    }

    private double sending() {
        return (double) atOnce - slots.availablePermits();
    }

    /** Begins, in the background. */
    public void start() {
        thread.start();
    }

    /** Something may have arrived. Returns at once. */
    public void wake() {
        if (woken.availablePermits() == 0) {
            woken.release();
        }
    }

    private void dispatchForEver() {
        try {
            while (!closed) {
                dispatch();
                boolean _ = woken.tryAcquire(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
                woken.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void dispatch() {
        try {
            if (queue.count()) {
                wake();
            }
            int free = slots.availablePermits();
            if (free > 0) {
                for (Notification notification :
                        queue.take(free, clock.instant().plus(TAKEN_FOR))) {
                    slots.acquireUninterruptibly();
                    Thread.ofVirtual().name("inbox-notify").start(() -> attempt(notification));
                }
            }
        } catch (InboxUnavailable e) {
            log.atDebug().setCause(e).log("notifications can not be looked at, trying again");
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("notifications failed, trying again");
        }
    }

    private void attempt(Notification notification) {
        try {
            settle(notification, notifier.send(notification));
        } catch (RuntimeException e) {
            log.atWarn()
                    .addKeyValue("inbox", notification.inbox())
                    .addKeyValue("cause", String.valueOf(e.getMessage()))
                    .log("what became of a notification was not written down, it is sent again");
        } finally {
            slots.release();
            wake();
        }
    }

    private void settle(Notification notification, Answer answer) {
        switch (answer) {
            case Delivered _ -> {
                queue.delivered(notification);
                delivered.increment();
            }
            case Gone _ -> {
                queue.stopped(notification, "status 410");
                stopped.increment();
            }
            case Refused refused -> giveUp(notification, refused.why());
            case Failed failed -> {
                Optional<Instant> due = policy.next(
                        notification.attempt(),
                        notification.begunAt(),
                        clock.instant(),
                        failed.after(),
                        ThreadLocalRandom.current()::nextDouble);
                if (due.isPresent()) {
                    queue.again(notification, failed.why(), due.get());
                    retried.increment();
                } else {
                    giveUp(notification, failed.why());
                }
            }
        }
    }

    private void giveUp(Notification notification, String why) {
        queue.givenUp(notification, why);
        givenUp.increment();
    }

    /** Begins nothing more. What is under way is sent again by another instance, if it is not settled. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
