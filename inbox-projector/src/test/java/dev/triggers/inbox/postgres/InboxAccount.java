package dev.triggers.inbox.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.disposition.Disposition.Acknowledged;
import dev.triggers.common.disposition.Disposition.Began;
import dev.triggers.common.disposition.Disposition.Paused;
import dev.triggers.common.disposition.Disposition.Purged;
import dev.triggers.common.disposition.Disposition.Quarantined;
import dev.triggers.common.disposition.Disposition.Redriven;
import dev.triggers.common.disposition.Disposition.Replayed;
import dev.triggers.common.disposition.Disposition.Resumed;
import dev.triggers.common.disposition.Disposition.Stamped;
import dev.triggers.inbox.Leases.Lease;
import dev.triggers.inbox.Leases.Stats;
import dev.triggers.inbox.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/**
 * What an inbox is, said as plainly as can be: what enters, how each message stands, who holds it until when, and the log
 * of what was decided. Times are offsets from the start.
 */
final class InboxAccount {

    enum Stands {
        OPEN,
        QUARANTINED,
        DONE
    }

    private record Holder(long lease, Duration until) {}

    /** Sequences that enter, both included. */
    private record Window(long first, long last) {}

    /** @param took whether the request that decided it was answered with yes */
    private record Entry(Disposition disposition, boolean took) {}

    private final Map<Long, Stands> stands = new HashMap<>();
    private final Map<Long, Holder> holders = new HashMap<>();
    private final Map<Long, Duration> keptBack = new HashMap<>();
    private final Map<Long, Integer> counts = new HashMap<>();
    private final List<Entry> log = new ArrayList<>();
    private List<Window> windows = new ArrayList<>();
    private int asked;
    private int stamped;
    private long ceiling = Long.MAX_VALUE;
    private final Set<UUID> done = new HashSet<>();
    private int applied;
    private long arrived;
    private Duration now = Duration.ZERO;

    /** The default inbox, into which everything enters for good. */
    static InboxAccount ofEverything() {
        InboxAccount account = new InboxAccount();
        account.windows.add(new Window(1, Long.MAX_VALUE));
        return account;
    }

    /** One that was just made, into which nothing enters before its beginning is stamped. */
    static InboxAccount ofNothingYet() {
        InboxAccount account = new InboxAccount();
        account.asked = 1;
        return account;
    }

    void now(Duration time) {
        now = time;
    }

    long arrived() {
        return arrived;
    }

    void arrive(int more) {
        for (int i = 0; i < more; i++) {
            stands.put(++arrived, Stands.OPEN);
        }
    }

    List<Long> those(Predicate<Long> which) {
        return LongStream.rangeClosed(1, arrived).boxed().filter(which).toList();
    }

    boolean enters(long sequence) {
        return sequence <= ceiling
                && windows.stream().anyMatch(window -> window.first <= sequence && sequence <= window.last);
    }

    boolean is(long sequence, Stands what) {
        return enters(sequence) && stands.get(sequence) == what;
    }

    boolean held(long sequence) {
        Holder holder = holders.get(sequence);
        return is(sequence, Stands.OPEN) && holder != null && now.compareTo(holder.until) < 0;
    }

    private boolean heldBy(long sequence, Lease lease) {
        Holder holder = holders.get(sequence);
        return held(sequence) && holder != null && holder.lease == lease.id().number();
    }

    boolean available(long sequence) {
        Duration until = keptBack.get(sequence);
        return is(sequence, Stands.OPEN) && !held(sequence) && (until == null || now.compareTo(until) >= 0);
    }

    int count(long sequence) {
        return counts.getOrDefault(sequence, 0);
    }

    // -- decided and applied at once

    void lease(Lease lease, Duration until, int aloneAfter) {
        for (Message message : lease.messages()) {
            long sequence = message.sequence();
            assertThat(available(sequence)).as("%s is available", sequence).isTrue();
            assertThat(message.leaseCount()).isEqualTo(counts.merge(sequence, 1, Integer::sum));
            holders.put(sequence, new Holder(lease.id().number(), until));
            keptBack.remove(sequence);
        }
        boolean bad = lease.messages().stream().anyMatch(m -> m.leaseCount() > aloneAfter);
        assertThat(!bad || lease.messages().size() == 1)
                .as("what failed often goes alone")
                .isTrue();
    }

    /** Named ones of a lease: all are held by it, done or set aside. */
    boolean mayName(Lease lease, Collection<Long> named) {
        return named.stream().allMatch(s -> !is(s, Stands.OPEN) || heldBy(s, lease));
    }

    /** A whole lease: it still holds something, or nothing of it went back. */
    boolean mayNameAll(Lease lease) {
        return !heldOf(lease).isEmpty() || lease.messages().stream().noneMatch(m -> is(m.sequence(), Stands.OPEN));
    }

    List<Long> heldOf(Lease lease) {
        return lease.messages().stream()
                .map(Message::sequence)
                .filter(s -> heldBy(s, lease))
                .toList();
    }

    void release(Collection<Long> sequences, Duration delay) {
        for (long sequence : sequences) {
            holders.remove(sequence);
            keptBack.put(sequence, now.plus(delay));
        }
    }

    void renew(Lease lease, Duration until) {
        heldOf(lease).forEach(s -> holders.put(s, new Holder(lease.id().number(), until)));
    }

    // -- pauses

    /** Holds from now on, wherever its marker comes to stand: nothing that has not arrived enters meanwhile. */
    void pauseAsked() {
        asked++;
        ceiling = Math.min(ceiling, arrived);
    }

    void resumeAsked() {
        asked++;
    }

    /** Changes that have their place and those that wait for it. */
    int changesAsked() {
        return asked;
    }

    boolean allStamped() {
        return asked == stamped;
    }

    /** Each number counts once, and only behind the one before it. */
    private void stamp(Stamped stamp) {
        if (stamp.stamp().number() == stamped + 1) {
            stamped++;
            windows = opened(windows, stamp);
            boolean anotherPauseWaits = asked >= stamped + 2;
            if (stamp instanceof Paused && !anotherPauseWaits) {
                ceiling = Long.MAX_VALUE;
            }
        }
    }

    private static List<Window> opened(List<Window> before, Stamped stamp) {
        List<Window> after = new ArrayList<>(before);
        switch (stamp) {
            case Began began -> after.add(new Window(began.first(), Long.MAX_VALUE));
            case Resumed resumed -> after.add(new Window(resumed.stamp().sequence() + 1, Long.MAX_VALUE));
            case Paused paused ->
                after.replaceAll(window -> new Window(
                        window.first, Math.min(window.last, paused.stamp().sequence())));
        }
        return after;
    }

    // -- the log

    /** The log has it; what took effect at once is taken into account. */
    void logged(Disposition disposition, boolean took) {
        log.add(new Entry(disposition, took));
        if (took && isEarly(disposition)) {
            change(disposition, Set.of());
        }
    }

    private static boolean isEarly(Disposition disposition) {
        return switch (disposition) {
            case Acknowledged _, Purged _, Quarantined _ -> true;
            case Redriven _, Replayed _, Stamped _ -> false;
        };
    }

    /** The processor has taken back what it had not committed. */
    void withdrawn(Disposition stamp) {
        log.removeIf(entry -> entry.disposition.equals(stamp));
    }

    /** A projector has applied this, the next one of the log. */
    void applied(Disposition disposition) {
        Entry entry = log.get(applied++);
        assertThat(entry.disposition).isEqualTo(disposition);
        switch (disposition) {
            case Stamped stamp -> stamp(stamp);
            case Replayed replayed -> {
                if (done.add(replayed.order().id())) {
                    change(replayed, settledSince(replayed.order().id()));
                }
            }
            case Acknowledged _, Purged _, Quarantined _, Redriven _ -> change(disposition, Set.of());
        }
    }

    /** The tables were swapped: what the log has took effect, whatever its request was answered, but for what waits its turn. */
    void swapped() {
        for (Entry entry : log.subList(applied, log.size())) {
            if (isEarly(entry.disposition)) {
                change(entry.disposition, Set.of());
            }
        }
    }

    /** What was closed since a replay was answered; nothing while it has not been, though the log may have it. */
    private Set<Long> settledSince(UUID replay) {
        Set<Long> settled = new HashSet<>();
        boolean answered = false;
        for (Entry entry : log) {
            if (answered
                    && entry.took
                    && (entry.disposition instanceof Acknowledged || entry.disposition instanceof Purged)) {
                entry.disposition.sequences().stream().forEach(settled::add);
            }
            answered |= entry.took
                    && entry.disposition instanceof Replayed replayed
                    && replayed.order().id().equals(replay);
        }
        return settled;
    }

    private void change(Disposition disposition, Set<Long> settled) {
        disposition.sequences().stream().forEach(s -> {
            Stands before = stands.getOrDefault(s, Stands.OPEN);
            Stands after = after(disposition, before);
            if (before != after && !(after == Stands.OPEN && settled.contains(s))) {
                stands.put(s, after);
                holders.remove(s);
                keptBack.remove(s);
                if (after == Stands.OPEN) {
                    counts.remove(s);
                }
            }
        });
    }

    /** What each decision means for one message, wherever it stands in the log. */
    private static Stands after(Disposition disposition, Stands before) {
        return switch (disposition) {
            case Acknowledged _, Purged _ -> Stands.DONE;
            case Quarantined _ -> before == Stands.OPEN ? Stands.QUARANTINED : before;
            case Redriven _ -> before == Stands.QUARANTINED ? Stands.OPEN : before;
            case Replayed _ -> before == Stands.DONE ? Stands.OPEN : before;
            case Stamped _ -> before;
        };
    }

    /** How all stand when only the log is known, in its order. */
    Map<Long, Stands> fromTheLog() {
        Map<Long, Stands> all = new HashMap<>();
        those(this::enters).forEach(s -> all.put(s, Stands.OPEN));
        Set<UUID> replays = new HashSet<>();
        for (Entry entry : log) {
            if (entry.disposition instanceof Replayed replayed
                    && !replays.add(replayed.order().id())) {
                continue; // its name was used before
            }
            entry.disposition.sequences().stream().forEach(s -> {
                assertThat(all).as("%s is about what arrived", entry).containsKey(s);
                all.put(s, after(entry.disposition, all.getOrDefault(s, Stands.OPEN)));
            });
        }
        return all;
    }

    Map<Long, Stands> stands() {
        Map<Long, Stands> entered = new HashMap<>(stands);
        entered.keySet().removeIf(sequence -> !enters(sequence));
        return entered;
    }

    // -- numbers

    void check(Stats stats) {
        long leased = those(s -> is(s, Stands.OPEN) && !available(s)).size();
        assertThat(stats.available())
                .as("available")
                .isEqualTo(those(this::available).size());
        assertThat(stats.leased()).as("leased").isEqualTo(leased);
        assertThat(stats.quarantined())
                .as("quarantined")
                .isEqualTo(those(s -> is(s, Stands.QUARANTINED)).size());
        assertThat(stats.head()).isEqualTo(arrived);
    }
}
