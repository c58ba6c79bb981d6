package dev.triggers.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.triggers.access.KeyState.Gone;
import dev.triggers.access.KeyState.Unknown;
import java.time.Duration;
import java.util.Optional;

/**
 * What an instance remembers of keys. A key's state only gives way to a newer one, so that a look-up that began before a
 * change does not undo it; or to one that was confirmed a whole expiry later, so that a Postgres that lost its last
 * changes is followed in the end. Unknown hashes are kept apart, so that a scan can not push known keys out.
 */
final class KeyMemory {

    private final KeyCachePolicy policy;
    private final Ticker ticker;
    private final Cache<ApiKeyHash, Entry> known;
    private final Cache<ApiKeyHash, Boolean> unknown;
    private volatile long doubtedAtNanos;
    private volatile boolean doubted;

    KeyMemory(KeyCachePolicy policy, Ticker ticker) {
        this.policy = policy;
        this.ticker = ticker;
        this.known = Caffeine.newBuilder()
                .maximumSize(policy.known())
                .expireAfterWrite(policy.staleFor())
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
        this.unknown = Caffeine.newBuilder()
                .maximumSize(policy.unknown())
                .expireAfterWrite(policy.unknownFor())
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    /** How far a state that is remembered can be relied on. */
    enum Standing {
        /** Answered as it is. */
        FRESH,
        /** Answered as it is, and asked for again meanwhile. */
        DUE,
        /** Asked for again first; answered as it is only when that fails. */
        OVERDUE
    }

    /** A state, and when Postgres said so. */
    record Entry(KeyState state, long confirmedAtNanos) {}

    Optional<Entry> known(ApiKeyHash hash) {
        return Optional.ofNullable(known.getIfPresent(hash))
                .filter(entry -> entry.state instanceof Gone || age(entry).compareTo(policy.staleFor()) < 0);
    }

    boolean unknown(ApiKeyHash hash) {
        return unknown.getIfPresent(hash) != null;
    }

    /** Learns a state, and answers with what is known now: that one, or a newer one that was learnt meanwhile. */
    KeyState learn(ApiKeyHash hash, KeyState state, long confirmedAtNanos) {
        Entry learnt = new Entry(state, confirmedAtNanos);
        if (state instanceof Unknown) {
            Entry stays =
                    known.asMap().computeIfPresent(hash, (_, held) -> isAfter(held, confirmedAtNanos) ? held : null);
            if (stays != null) {
                return stays.state;
            }
            unknown.put(hash, true);
            return state;
        }
        Entry now = known.asMap().merge(hash, learnt, this::newer);
        unknown.invalidate(hash);
        return now.state;
    }

    /** Takes over an announced state if it is newer. It may have been on its way for a while, so it is due at once. */
    void hear(ApiKeyHash hash, KeyState state) {
        Entry heard = new Entry(state, ticker.read() - policy.refreshAfter().toNanos());
        known.asMap().merge(hash, heard, (held, _) -> state.version() > held.state.version() ? heard : held);
        unknown.invalidate(hash);
    }

    /** From now on nothing that was remembered before is answered without asking again. */
    void doubtAll() {
        doubtedAtNanos = ticker.read();
        doubted = true;
        unknown.invalidateAll();
    }

    Standing standing(Entry entry) {
        if (entry.state instanceof Gone) {
            return Standing.FRESH;
        }
        Duration age = age(entry);
        boolean before = doubted && !isAfter(entry, doubtedAtNanos);
        if (before || age.compareTo(policy.expireAfter()) >= 0) {
            return Standing.OVERDUE;
        }
        return age.compareTo(policy.refreshAfter()) < 0 ? Standing.FRESH : Standing.DUE;
    }

    /** Keys held, known and unknown: an estimate. */
    long size() {
        return known.estimatedSize() + unknown.estimatedSize();
    }

    void cleanUp() {
        known.cleanUp();
        unknown.cleanUp();
    }

    private Entry newer(Entry held, Entry learnt) {
        long ahead = learnt.state.version() - held.state.version();
        long laterNanos = learnt.confirmedAtNanos - held.confirmedAtNanos;
        if (ahead == 0) {
            return laterNanos > 0 ? learnt : held;
        }
        return ahead > 0 || laterNanos >= policy.expireAfter().toNanos() ? learnt : held;
    }

    private Duration age(Entry entry) {
        return Duration.ofNanos(ticker.read() - entry.confirmedAtNanos);
    }

    private static boolean isAfter(Entry entry, long nanos) {
        return entry.confirmedAtNanos - nanos > 0;
    }
}
