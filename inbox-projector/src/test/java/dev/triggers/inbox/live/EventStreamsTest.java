package dev.triggers.inbox.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.triggers.common.event.OrgId;
import dev.triggers.inbox.Events;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventStreamsTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final int HELD = 100_000;

    private final OrgId org = Events.newOrg();
    private final WakeUps wakeUps = new WakeUps(0);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final EventStreams streams =
            new EventStreams(new StreamLimits(3, 2, HELD, 1, LONG, Duration.ofMillis(1), LONG), wakeUps, meters);

    @AfterEach
    void close() {
        streams.close();
    }

    @Test
    void whatIsReadIsWrittenAsTheConnectionTakesIt() {
        Story source = new Story();
        Pipe pipe = new Pipe(0);
        EventStream stream = begin(source, pipe);
        source.says("a");
        source.says("b");
        wakeUps.wake(org);
        assertThat(pipe.text()).isEmpty();

        pipe.room.set(1_000);
        stream.writable();

        await().atMost(SOON).until(() -> pipe.text().equals("hello;a;b;"));
        assertThat(pipe.flushed).isTrue();
    }

    @Test
    void nothingIsReadForAClientThatHasNotTakenWhatWasReadBefore() {
        Story source = new Story();
        source.says("a");
        source.says("b");
        Pipe pipe = new Pipe(1);
        begin(source, pipe);
        await().atMost(SOON).until(() -> source.reads.get() == 1);

        wakeUps.wake(org);
        wakeUps.wake(org);
        begin(new Story(), new Pipe(100)); // reads after it, with the only reader

        await().atMost(SOON).until(() -> streams.count() == 2);
        assertThat(source.reads).hasValue(1);
    }

    @Test
    void aFailedReadIsRepeatedAndTheStreamGoesOn() {
        Story source = new Story();
        source.failures.set(1);
        source.says("a");
        Pipe pipe = new Pipe(100);
        begin(source, pipe);

        await().atMost(SOON).until(() -> pipe.text().equals("hello;a;"));
    }

    @Test
    void whetherTheClientMayGoOnIsAskedBeforeEachReadAndWhileNothingHappens() {
        Story source = new Story();
        Pipe pipe = new Pipe(100);
        begin(source, pipe);
        await().atMost(SOON).until(() -> pipe.text().equals("hello;"));

        source.permitted = false;

        await().atMost(SOON).until(() -> pipe.ended.get() == 1);
        assertThat(ended("key")).isEqualTo(1);
        assertThat(streams.count()).isZero();
    }

    @Test
    void whileItIsNotKnownWhetherTheClientMayNothingIsRead() {
        Story source = new Story();
        source.undecided = true;
        source.says("a");
        Pipe pipe = new Pipe(100);
        begin(source, pipe);
        await().atMost(SOON).until(() -> source.asked.get() >= 1);
        assertThat(source.reads).hasValue(0);
        assertThat(pipe.ended).hasValue(0);

        source.undecided = false;

        await().atMost(SOON).until(() -> pipe.text().equals("hello;a;"));
    }

    @Test
    void whenTooMuchIsHeldTheOneThatStandsStillForLongestEnds() {
        Story slow = new Story();
        slow.says("s".repeat(60_000));
        Pipe stuck = new Pipe(1);
        begin(slow, stuck);
        await().atMost(SOON).until(() -> slow.reads.get() == 1);
        Story next = new Story();
        next.says("n".repeat(60_000));
        Pipe alsoStuck = new Pipe(1);
        begin(next, alsoStuck);

        await().atMost(SOON).until(() -> stuck.ended.get() == 1);
        assertThat(alsoStuck.ended).hasValue(0);
        assertThat(ended("crowded")).isEqualTo(1);
        assertThat(meters.get("triggers.inbox.streams.held.bytes").gauge().value())
                .isBetween(60_000.0, 70_000.0);
    }

    @Test
    void placesAreBoundedForAnOrgAndForAll() {
        streams.enter(org);
        EventStreams.Place place = streams.enter(org);
        assertThatThrownBy(() -> streams.enter(org)).hasMessageStartingWith("too_many_streams");
        streams.enter(Events.newOrg());
        assertThatThrownBy(() -> streams.enter(Events.newOrg())).hasMessageStartingWith("overloaded");

        place.giveBack();
        place.giveBack();

        assertThat(streams.count()).isEqualTo(2);
        streams.enter(org);
        assertThatThrownBy(() -> streams.enter(org)).hasMessageStartingWith("too_many_streams");
    }

    @Test
    void whenItDrainsEachStreamIsToldToComeBackAndNoneBegins() {
        Pipe pipe = new Pipe(1_000);
        begin(new Story(), pipe);
        Pipe stuck = new Pipe(1);
        EventStream late = begin(new Story(), stuck);
        await().atMost(SOON).until(() -> pipe.text().equals("hello;"));

        streams.drain();

        assertThat(pipe.text()).contains("retry: ");
        assertThat(pipe.ended).hasValue(1);
        assertThat(stuck.ended).hasValue(0);
        stuck.room.set(1_000);
        late.writable();
        assertThat(stuck.ended).hasValue(1);
        assertThat(ended("draining")).isEqualTo(2);
        assertThatThrownBy(() -> streams.enter(org)).hasMessageStartingWith("draining");
    }

    @Test
    void aConnectionThatBreaksLeavesNothingBehind() {
        Story source = new Story();
        source.says("a");
        Pipe pipe = new Pipe(1_000);
        pipe.broken = true;
        begin(source, pipe).writable();

        await().atMost(SOON).until(() -> streams.count() == 0);
        assertThat(ended("gone")).isEqualTo(1);
        assertThat(meters.get("triggers.inbox.streams.held.bytes").gauge().value())
                .isZero();
    }

    @Test
    void patienceBeginsWithWhatThereIsToTake() {
        StreamLimits limits = new StreamLimits(3, 2, HELD, 1, LONG, LONG, LONG);
        Story source = new Story();
        Pipe pipe = new Pipe(0);
        long longAgo = System.nanoTime() - LONG.multipliedBy(2).toNanos();
        EventStream stream = new EventStream(streams, streams.enter(org), source, pipe, new byte[0], longAgo);
        stream.begin();
        source.says("a");
        wakeUps.wake(org);
        await().atMost(SOON).until(() -> stream.heldBytes() > 0);

        stream.tick(System.nanoTime(), limits);
        assertThat(pipe.ended).hasValue(0);

        stream.tick(System.nanoTime() + LONG.multipliedBy(2).toNanos(), limits);
        assertThat(pipe.ended).hasValue(1);
        assertThat(ended("stalled")).isEqualTo(1);
    }

    @Test
    void aConnectionThatFailsAsNoneShouldEndsItsStreamOnly() {
        Pipe pipe = new Pipe(1_000);
        pipe.refusing = true;
        begin(new Story(), pipe);

        await().atMost(SOON).until(() -> streams.count() == 0);
        assertThat(pipe.ended).hasValue(1);
        assertThat(ended("gone")).isEqualTo(1);
    }

    private EventStream begin(Source source, Outlet outlet) {
        EventStream stream = streams.enter(org).stream(source, outlet, "hello;".getBytes(UTF_8));
        stream.begin();
        stream.writable();
        return stream;
    }

    private double ended(String reason) {
        return meters.get("triggers.inbox.streams.ended")
                .tag("reason", reason)
                .counter()
                .count();
    }

    /** Says one thing a read. */
    private static final class Story implements Source {

        final Queue<String> things = new ConcurrentLinkedQueue<>();
        final AtomicInteger reads = new AtomicInteger();
        final AtomicInteger asked = new AtomicInteger();
        final AtomicInteger failures = new AtomicInteger();
        volatile boolean permitted = true;
        volatile boolean undecided;

        void says(String thing) {
            things.add(thing + ";");
        }

        @Override
        public boolean permitted() {
            asked.incrementAndGet();
            if (undecided) {
                throw new IllegalStateException("undecided");
            }
            return permitted;
        }

        @Override
        public Portion read() {
            if (failures.getAndDecrement() > 0) {
                throw new IllegalStateException("not now");
            }
            reads.incrementAndGet();
            String thing = things.poll();
            return new Portion(thing == null ? new byte[0] : thing.getBytes(UTF_8), !things.isEmpty());
        }

        @Override
        public byte[] heartbeat() {
            return ":".getBytes(UTF_8);
        }
    }

    /** Takes so many writes. */
    private static final class Pipe implements Outlet {

        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final AtomicInteger room;
        final AtomicInteger ended = new AtomicInteger();
        volatile boolean flushed;
        volatile boolean broken;
        volatile boolean refusing;

        Pipe(int room) {
            this.room = new AtomicInteger(room);
        }

        String text() {
            return bytes.toString(UTF_8);
        }

        @Override
        public boolean writable() {
            return room.get() > 0;
        }

        @Override
        public void write(byte[] some, int from, int length) throws IOException {
            assertThat(room.getAndDecrement()).isPositive();
            if (broken) {
                throw new IOException("broken pipe");
            }
            if (refusing) {
                throw new IllegalStateException("not ready");
            }
            bytes.write(some, from, length);
            flushed = false;
        }

        @Override
        public void flush() {
            flushed = true;
        }

        @Override
        public void end() {
            ended.incrementAndGet();
        }
    }
}
