package dev.triggers.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.triggers.access.KeyState.Gone;
import dev.triggers.access.KeyState.Unknown;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an instance remembers of keys. A key's state only gives way to a newer one, so that a look-up that began before a
 * change does not undo it; or to one that was confirmed a whole expiry later, so that a Postgres that lost its last
 * changes is followed in the end. Unknown hashes are kept apart, so that a scan can not push known keys out.
 */
final class KeyMemory {

    private final long refreshAfterNanos;
    private final long expireAfterNanos;
    private final long staleForNanos;
    private final Ticker ticker;
    private final Cache<ApiKeyHash, Entry> known;
    private final Cache<ApiKeyHash, Boolean> unknown;
    private volatile long doubtedAtNanos;
    private volatile boolean doubted;

    KeyMemory(KeyCachePolicy policy, Ticker ticker) {
        this.refreshAfterNanos = policy.refreshAfter().toNanos();
        this.expireAfterNanos = policy.expireAfter().toNanos();
        this.staleForNanos = policy.staleFor().toNanos();
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

    /**
     * A state, and when Postgres said so.
     *
     * @param answer the state's caller, made once, so that a look-up that finds it makes nothing
     */
    record Entry(KeyState state, long confirmedAtNanos, Optional<Caller> answer) {

        Entry(KeyState state, long confirmedAtNanos) {
            this(state, confirmedAtNanos, Confirmed.now(state).caller());
        }
    }

    /** What is known of a key and may be answered as it is. Null: it has to be asked for, now or meanwhile. */
    @Nullable
    Entry fresh(ApiKeyHash hash) {
        Entry entry = known.getIfPresent(hash);
        return entry != null && standing(entry) == Standing.FRESH ? entry : null;
    }

    Optional<Entry> known(ApiKeyHash hash) {
        return Optional.ofNullable(known.getIfPresent(hash))
                .filter(entry -> entry.state instanceof Gone || ageNanos(entry) < staleForNanos);
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
        Entry heard = new Entry(state, ticker.read() - refreshAfterNanos);
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
        long ageNanos = ageNanos(entry);
        boolean before = doubted && !isAfter(entry, doubtedAtNanos);
        if (before || ageNanos >= expireAfterNanos) {
            return Standing.OVERDUE;
        }
        return ageNanos < refreshAfterNanos ? Standing.FRESH : Standing.DUE;
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
        return ahead > 0 || laterNanos >= expireAfterNanos ? learnt : held;
    }

    private long ageNanos(Entry entry) {
        return ticker.read() - entry.confirmedAtNanos;
    }

    private static boolean isAfter(Entry entry, long nanos) {
        return entry.confirmedAtNanos - nanos > 0;
    }
}
