package dev.triggers.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
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
 * layer can not be asked, a known key stays good for a bounded time, at no cost to the caller; unknown hashes are kept
 * apart, so that a scan can not push known keys out.
 */
public final class CaffeineApiKeys implements ApiKeys {

    /** Most keys asked for again in the background at once. */
    private static final int REFRESHES = 16;

    private final ApiKeys below;
    private final KeyCachePolicy policy;
    private final Ticker ticker;
    private final Executor background;
    private final Cache<ApiKeyHash, Known> known;
    private final Cache<ApiKeyHash, Boolean> unknown;
    private final ConcurrentHashMap<ApiKeyHash, CompletableFuture<Optional<Caller>>> flights =
            new ConcurrentHashMap<>();
    private final Semaphore refreshes = new Semaphore(REFRESHES);
    private final LookUps lookUps = new LookUps();
    private volatile boolean belowFails;

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

    @Override
    public Optional<Caller> find(ApiKeyHash hash) {
        Known entry = known.getIfPresent(hash);
        if (entry == null) {
            return unknown.getIfPresent(hash) == null ? asked(hash) : remembered(Optional.empty());
        }
        Duration age = age(entry);
        if (age.compareTo(policy.refreshAfter()) < 0) {
            return remembered(Optional.of(entry.caller));
        }
        if (age.compareTo(policy.expireAfter()) < 0 || belowFails) {
            refresh(hash);
            return remembered(Optional.of(entry.caller));
        }
        return askedOrStale(hash, entry);
    }

    /** What was looked up here, and how often it was found. */
    public LookUps lookUps() {
        return lookUps;
    }

    /** Keys held, known and unknown: an estimate. */
    public long size() {
        return known.estimatedSize() + unknown.estimatedSize();
    }

    void cleanUp() {
        known.cleanUp();
        unknown.cleanUp();
    }

    private Optional<Caller> remembered(Optional<Caller> caller) {
        lookUps.hit();
        return caller;
    }

    private Optional<Caller> asked(ApiKeyHash hash) {
        lookUps.miss();
        return ask(hash);
    }

    private Optional<Caller> askedOrStale(ApiKeyHash hash, Known stale) {
        try {
            return asked(hash);
        } catch (KeysUnavailable e) {
            return Optional.of(stale.caller);
        }
    }

    private void refresh(ApiKeyHash hash) {
        if (flights.containsKey(hash) || !refreshes.tryAcquire()) {
            return;
        }
        background.execute(() -> {
            try {
                ask(hash);
            } catch (KeysUnavailable e) {
                belowFails = true; // the known key stays good for a while
            } finally {
                refreshes.release();
            }
        });
    }

    private Optional<Caller> ask(ApiKeyHash hash) {
        CompletableFuture<Optional<Caller>> mine = new CompletableFuture<>();
        CompletableFuture<Optional<Caller>> flying = flights.putIfAbsent(hash, mine);
        if (flying != null) {
            return await(flying);
        }
        try {
            Optional<Caller> caller = justSettled(hash).orElseGet(() -> settle(hash));
            mine.complete(caller);
            return caller;
        } catch (RuntimeException | Error e) {
            belowFails = e instanceof KeysUnavailable;
            mine.completeExceptionally(e);
            throw e;
        } finally {
            flights.remove(hash, mine);
        }
    }

    /** What a flight found that landed between this caller's look and its own take-off. */
    private Optional<Optional<Caller>> justSettled(ApiKeyHash hash) {
        Known entry = known.getIfPresent(hash);
        if (entry != null) {
            return age(entry).compareTo(policy.refreshAfter()) < 0
                    ? Optional.of(Optional.of(entry.caller))
                    : Optional.empty();
        }
        return unknown.getIfPresent(hash) == null ? Optional.empty() : Optional.of(Optional.empty());
    }

    private Optional<Caller> settle(ApiKeyHash hash) {
        Optional<Caller> caller = below.find(hash);
        belowFails = false;
        if (caller.isPresent()) {
            known.put(hash, new Known(caller.get(), ticker.read()));
            unknown.invalidate(hash);
        } else {
            unknown.put(hash, true);
            known.invalidate(hash);
        }
        return caller;
    }

    private Duration age(Known entry) {
        return Duration.ofNanos(ticker.read() - entry.confirmedAtNanos);
    }

    private static Optional<Caller> await(CompletableFuture<Optional<Caller>> flight) {
        try {
            return flight.join();
        } catch (CompletionException e) {
            @Nullable Throwable cause = e.getCause();
            throw new KeysUnavailable("the look-up this one waited for failed", cause == null ? e : cause);
        }
    }

    /** A caller, and when the layer below last confirmed it. */
    private record Known(Caller caller, long confirmedAtNanos) {}
}
