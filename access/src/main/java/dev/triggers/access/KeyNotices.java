package dev.triggers.access;

import dev.triggers.access.RedisValues.RedisAway;
import java.time.Duration;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries changes of keys from the instance that made them to all others: into Redis, as states that only newer ones
 * replace, and over its channel. What could not be written is tried again until it is. What is not written when the
 * process ends is found by the others when they next ask Postgres, at the latest an expiry after they last did.
 */
public final class KeyNotices implements KeyChanges, RedisListener, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(KeyNotices.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
    private static final int HASH_CHARS = 2 * ApiKeyHash.BYTES;

    private final CaffeineApiKeys memory;
    private final RedisValues redis;
    private final Duration timeToLive;
    private final int most;
    private final LongAdder dropped = new LongAdder();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Semaphore linkedMeanwhile = new Semaphore(0);
    private final Map<ApiKeyHash, KeyState> unwritten = new LinkedHashMap<>();
    private final Thread writer =
            Thread.ofPlatform().daemon().name("key-notices").unstarted(this::writeForEver);

    /**
     * @param timeToLive how long Redis holds a key's state
     * @param most changes that wait to be written; beyond it the oldest is given up, and found as after a crash
     */
    public KeyNotices(CaffeineApiKeys memory, RedisValues redis, Duration timeToLive, int most) {
        this.memory = memory;
        this.redis = redis;
        this.timeToLive = timeToLive;
        this.most = most;
    }

    /** Begins to write, and to hear what others announce. */
    public void startOn(LettuceRedis heard) {
        start();
        heard.listen(this);
        heard.start();
    }

    void start() {
        writer.start();
    }

    @Override
    public void announce(Collection<KeyChange> changes) {
        changes.forEach(change -> memory.learn(change.hash(), change.state()));
        lock.lock();
        try {
            changes.forEach(change -> unwritten.merge(change.hash(), change.state(), KeyNotices::newer));
            giveUpTheOldest();
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void linked() {
        memory.doubtAll();
        linkedMeanwhile.release();
    }

    @Override
    public void heard(String notice) {
        if (notice.length() <= HASH_CHARS || notice.charAt(HASH_CHARS) != ' ') {
            return;
        }
        Optional<ApiKeyHash> hash = ApiKeyHash.parse(notice.substring(0, HASH_CHARS));
        Optional<KeyState> state = KeyStateText.read(notice.substring(HASH_CHARS + 1));
        if (hash.isPresent() && state.isPresent()) {
            memory.learn(hash.get(), state.get());
        }
    }

    /** Changes that wait to be written. */
    public int unwritten() {
        lock.lock();
        try {
            return unwritten.size();
        } finally {
            lock.unlock();
        }
    }

    /** Changes that were given up because too many waited. */
    public long dropped() {
        return dropped.sum();
    }

    @Override
    public void close() {
        writer.interrupt();
    }

    private void writeForEver() {
        Duration pause = FIRST_PAUSE;
        try {
            while (true) {
                KeyChange next = next();
                if (written(next)) {
                    done(next);
                    pause = FIRST_PAUSE;
                } else {
                    linkedMeanwhile.drainPermits();
                    var _ = linkedMeanwhile.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS);
                    pause = longer(pause);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private KeyChange next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (unwritten.isEmpty()) {
                changed.await();
            }
            Map.Entry<ApiKeyHash, KeyState> oldest =
                    unwritten.entrySet().iterator().next();
            return new KeyChange(oldest.getKey(), oldest.getValue());
        } finally {
            lock.unlock();
        }
    }

    private boolean written(KeyChange change) {
        String notice = change.hash().hex() + " " + KeyStateText.write(change.state());
        try {
            redis.announce(
                    RedisApiKeys.name(change.hash()), RedisApiKeys.versioned(change.state()), timeToLive, notice);
            return true;
        } catch (RedisAway e) {
            log.atDebug().addKeyValue("reason", e.getMessage()).log("A change of a key could not be written to Redis");
            return false;
        } catch (RuntimeException e) {
            log.atWarn().setCause(e).log("A change of a key could not be written to Redis"); // and is tried again
            return false;
        }
    }

    /** Unless a newer change of the same key came meanwhile. */
    private void done(KeyChange change) {
        lock.lock();
        try {
            unwritten.remove(change.hash(), change.state());
        } finally {
            lock.unlock();
        }
    }

    private void giveUpTheOldest() {
        Iterator<ApiKeyHash> oldest = unwritten.keySet().iterator();
        while (unwritten.size() > most) {
            oldest.next();
            oldest.remove();
            dropped.increment();
        }
    }

    private static KeyState newer(KeyState held, KeyState change) {
        return change.version() > held.version() ? change : held;
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
    }
}
