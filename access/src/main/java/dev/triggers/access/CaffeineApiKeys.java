package dev.triggers.access;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.triggers.access.KeyMemory.Entry;
import dev.triggers.access.KeyState.InUse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Remembers keys in this process. However many ask for one key at once, the layer below is asked once. While that
 * layer can not be asked, a known key stays good for a bounded time, at no cost to the caller.
 */
public final class CaffeineApiKeys implements ApiKeys {

    /** Most keys asked for again in the background at once. */
    private static final int REFRESHES = 16;

    /** For how long after a failure of the layer below nobody waits for it. */
    private static final Duration FAILS_FOR = Duration.ofSeconds(5);

    private final ApiKeys below;
    private final KeyCachePolicy policy;
    private final Ticker ticker;
    private final Executor background;
    private final KeyMemory memory;
    private final ConcurrentHashMap<ApiKeyHash, CompletableFuture<Confirmed>> flights = new ConcurrentHashMap<>();
    private final Semaphore refreshes = new Semaphore(REFRESHES);
    private final LookUps lookUps = new LookUps();
    private volatile boolean belowFailed;
    private volatile long belowFailedAtNanos;

    public CaffeineApiKeys(ApiKeys below, KeyCachePolicy policy) {
        this(
                below,
                policy,
                Ticker.systemTicker(),
                task -> Thread.ofVirtual().name("api-key-refresh").start(task));
    }

    CaffeineApiKeys(ApiKeys below, KeyCachePolicy policy, Ticker ticker, Executor background) {
        this.below = below;
        this.policy = policy;
        this.ticker = ticker;
        this.background = background;
        this.memory = new KeyMemory(policy, ticker);
    }

    /** A hit makes no object. */
    @Override
    public Optional<Caller> find(ApiKeyHash hash) {
        @Nullable Entry fresh = memory.fresh(hash);
        if (fresh == null) {
            return ask(hash).caller();
        }
        lookUps.hit();
        return fresh.answer();
    }

    @Override
    public Confirmed ask(ApiKeyHash hash) {
        Optional<Entry> known = memory.known(hash);
        if (known.isEmpty()) {
            return memory.unknown(hash) ? remembered(KeyState.UNKNOWN) : missed(hash, false);
        }
        Entry entry = known.get();
        return switch (memory.standing(entry)) {
            case FRESH -> remembered(entry.state());
            case DUE -> {
                refresh(hash);
                yield remembered(entry.state());
            }
            case OVERDUE -> overdue(hash, entry);
        };
    }

    /** Takes over a change that was announced. What is not newer than what is known changes nothing. */
    void learn(ApiKeyHash hash, KeyState state) {
        memory.hear(hash, state);
    }

    /** Changes may have been missed: nothing remembered is answered before it was asked for again. */
    void doubtAll() {
        memory.doubtAll();
    }

    /** What was looked up here; a hit was answered from memory. */
    public LookUps lookUps() {
        return lookUps;
    }

    /** Keys held, known and unknown: an estimate. */
    public long size() {
        return memory.size();
    }

    void cleanUp() {
        memory.cleanUp();
    }

    private Confirmed overdue(ApiKeyHash hash, Entry entry) {
        if (belowFails()) {
            refresh(hash);
            return remembered(entry.state());
        }
        try {
            return missed(hash, true);
        } catch (KeysUnavailable e) {
            return Confirmed.now(entry.state());
        }
    }

    private Confirmed remembered(KeyState state) {
        lookUps.hit();
        return Confirmed.now(state);
    }

    private Confirmed missed(ApiKeyHash hash, boolean known) {
        lookUps.miss();
        return fly(hash, known);
    }

    private void refresh(ApiKeyHash hash) {
        if (flights.containsKey(hash) || !refreshes.tryAcquire()) {
            return;
        }
        background.execute(() -> {
            try {
                fly(hash, true);
            } catch (KeysUnavailable e) {
                // noted by the flight: the known key stays good for a while
            } finally {
                refreshes.release();
            }
        });
    }

    private Confirmed fly(ApiKeyHash hash, boolean known) {
        CompletableFuture<Confirmed> mine = new CompletableFuture<>();
        CompletableFuture<Confirmed> flying = flights.putIfAbsent(hash, mine);
        if (flying != null) {
            return await(flying);
        }
        try {
            Confirmed answer = justSettled(hash).orElseGet(() -> settle(hash, known));
            mine.complete(answer);
            return answer;
        } catch (RuntimeException | Error e) {
            mine.completeExceptionally(e);
            throw e;
        } finally {
            flights.remove(hash, mine);
        }
    }

    /** What a flight found that landed between this caller's look and its own take-off. */
    private Optional<Confirmed> justSettled(ApiKeyHash hash) {
        Optional<Entry> known = memory.known(hash);
        if (known.isPresent()) {
            return known.filter(entry -> memory.standing(entry) == KeyMemory.Standing.FRESH)
                    .map(entry -> Confirmed.now(entry.state()));
        }
        return memory.unknown(hash) ? Optional.of(Confirmed.now(KeyState.UNKNOWN)) : Optional.empty();
    }

    private Confirmed settle(ApiKeyHash hash, boolean known) {
        long begin = ticker.read();
        Confirmed answer = asked(hash, known);
        return Confirmed.now(
                memory.learn(hash, answer.state(), begin - answer.age().toNanos()));
    }

    /** A guess that is refused says nothing about how the layer below is, so only known keys do. */
    private Confirmed asked(ApiKeyHash hash, boolean known) {
        if (!known) {
            return below.ask(hash);
        }
        try {
            Confirmed answer = below.askAgain(hash);
            noteBelow(answer.state() instanceof InUse && answer.age().compareTo(policy.expireAfter()) >= 0);
            return answer;
        } catch (KeysUnavailable e) {
            noteBelow(true);
            throw e;
        }
    }

    private void noteBelow(boolean fails) {
        belowFailedAtNanos = ticker.read();
        belowFailed = fails;
    }

    private boolean belowFails() {
        return belowFailed && ticker.read() - belowFailedAtNanos < FAILS_FOR.toNanos();
    }

    private static Confirmed await(CompletableFuture<Confirmed> flight) {
        try {
            return flight.join();
        } catch (CompletionException e) {
            @Nullable Throwable cause = e.getCause();
            throw new KeysUnavailable("the look-up this one waited for failed", cause == null ? e : cause);
        }
    }
}
