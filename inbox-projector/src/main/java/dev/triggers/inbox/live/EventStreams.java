package dev.triggers.inbox.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triggers.common.event.OrgId;
import dev.triggers.common.problem.Problem;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.inbox.live.EventStream.Reason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * All server-sent event streams of this instance. Idle ones cost memory and no thread: a few readers read for those that
 * have something to say, one ticker looks after all. Each stream has at most one read waiting, so that the readers' queue
 * is bounded by the streams, and none is read for twice before every other one that waits.
 */
public final class EventStreams implements AutoCloseable {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final int TICK_MILLIS = 500;
    private static final int RECONNECT_LEAST_MILLIS = 500;
    private static final int RECONNECT_MOST_MILLIS = 4_000;

    private final StreamLimits limits;
    private final WakeUps wakeUps;
    private final Map<EventStream, WakeUps.Watch> open = new ConcurrentHashMap<>();
    private final Map<OrgId, Integer> ofOrg = new ConcurrentHashMap<>();
    private final AtomicInteger places = new AtomicInteger();
    private final AtomicLong heldBytes = new AtomicLong();
    private final Map<Reason, Counter> endings = new EnumMap<>(Reason.class);
    private final ExecutorService readers;
    private final ScheduledExecutorService ticker;
    private volatile boolean draining;

    public EventStreams(StreamLimits limits, WakeUps wakeUps, MeterRegistry meters) {
        this.limits = limits;
        this.wakeUps = wakeUps;
        readers = Executors.newFixedThreadPool(
                limits.readers(),
                Thread.ofPlatform().daemon().name("inbox-streams-", 0).factory());
        ticker = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("inbox-streams-ticker").factory());
        var _ = ticker.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        measure(meters);
    }

    private void measure(MeterRegistry meters) {
        Gauge.builder("triggers.inbox.streams", places, AtomicInteger::get)
                .description("Streams that are open")
                .register(meters);
        Gauge.builder("triggers.inbox.streams.held.bytes", heldBytes, AtomicLong::get)
                .description("Bytes said to streams' clients and not taken yet")
                .register(meters);
        for (Reason reason : Reason.values()) {
            endings.put(
                    reason,
                    Counter.builder("triggers.inbox.streams.ended")
                            .description("Streams that ended")
                            .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                            .register(meters));
        }
    }

    /** Takes a place for a stream of the org. Throws a problem when there is none: 429 of the org's own, else 503. */
    public Place enter(OrgId org) {
        if (draining) {
            throw new ProblemException(Problem.retryable(
                    ProblemCode.DRAINING, "server: going down (expected: another instance)", RETRY_AFTER));
        }
        if (ofOrg.merge(org, 1, Integer::sum) > limits.mostOfAnOrg()) {
            forget(org);
            throw new ProblemException(Problem.retryable(
                    ProblemCode.TOO_MANY_STREAMS,
                    "streams: " + limits.mostOfAnOrg() + " of your organisation are open on this instance"
                            + " (expected: fewer)",
                    RETRY_AFTER));
        }
        if (places.incrementAndGet() > limits.most()) {
            leave(org);
            throw new ProblemException(Problem.retryable(
                    ProblemCode.OVERLOADED,
                    "streams: " + limits.most() + " are open on this instance (expected: fewer)",
                    RETRY_AFTER));
        }
        return new Place(org);
    }

    /** Room for one stream. */
    public final class Place {

        private final OrgId org;
        private final AtomicBoolean given = new AtomicBoolean();

        private Place(OrgId org) {
            this.org = org;
        }

        OrgId org() {
            return org;
        }

        /** A stream that has the place until it ends, and says the greeting first. It has yet to {@link EventStream#begin}. */
        public EventStream stream(Source source, Outlet outlet, byte[] greeting) {
            return new EventStream(EventStreams.this, this, source, outlet, greeting, System.nanoTime());
        }

        /** It is not needed any more. Repeating it does nothing. */
        public void giveBack() {
            if (given.compareAndSet(false, true)) {
                leave(org);
            }
        }
    }

    void begin(EventStream stream, OrgId org) {
        open.put(stream, wakeUps.watch(org, stream::wake));
        stream.wake();
        if (draining) {
            sayGoodbye(stream);
        }
        if (stream.isClosed()) { // it was before it could be found
            forget(stream);
        }
    }

    /** How many are open. */
    public int count() {
        return places.get();
    }

    /** From here on none begins, and those there are end, told to come back after a moment: each another one. */
    public void drain() {
        draining = true;
        open.keySet().forEach(this::sayGoodbye);
    }

    private void sayGoodbye(EventStream stream) {
        int millis = ThreadLocalRandom.current().nextInt(RECONNECT_LEAST_MILLIS, RECONNECT_MOST_MILLIS);
        stream.end(Reason.DRAINING, (": going down\nretry: " + millis + "\n\n").getBytes(UTF_8));
    }

    void read(Runnable reading) {
        try {
            readers.execute(reading);
        } catch (RejectedExecutionException e) {
            draining = true; // closed: the streams end with their connections
        }
    }

    void held(int bytes) {
        heldBytes.addAndGet(bytes);
    }

    /** While too much is held, the stream that stands still for longest is ended. Its client comes back and goes on. */
    void makeRoom() {
        while (heldBytes.get() > limits.mostBytes()) {
            @Nullable
            EventStream stillest = open.keySet().stream()
                    .filter(stream -> stream.heldBytes() > 0)
                    .min(Comparator.comparingLong(EventStream::stillSince))
                    .orElse(null);
            if (stillest == null) {
                return;
            }
            stillest.cut(Reason.CROWDED);
        }
    }

    void ended(Reason reason) {
        Objects.requireNonNull(endings.get(reason)).increment();
    }

    void forget(EventStream stream) {
        WakeUps.@Nullable Watch watch = open.remove(stream);
        if (watch != null) {
            watch.close();
        }
    }

    private void leave(OrgId org) {
        forget(org);
        places.decrementAndGet();
    }

    private void forget(OrgId org) {
        ofOrg.computeIfPresent(org, (_, count) -> count == 1 ? null : count - 1);
    }

    private void tick() {
        long now = System.nanoTime();
        open.keySet().forEach(stream -> stream.tick(now, limits));
    }

    @Override
    public void close() {
        drain();
        ticker.shutdownNow();
        readers.shutdownNow();
    }
}
