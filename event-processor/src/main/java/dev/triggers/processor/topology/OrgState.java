package dev.triggers.processor.topology;

import dev.triggers.common.limit.Plan;
import dev.triggers.common.limit.RateLimit;
import dev.triggers.common.limit.RateLimit.PerMinute;
import dev.triggers.common.limit.TokenBucket;
import dev.triggers.common.wire.Throttle;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * All that admission knows of an org, one value.
 *
 * @param sequence the last one given; 0 before the first
 * @param lastOffset the last submission decided; -1 before the first
 * @param decidedAtMillis decision time of the last submission decided
 * @param units what is left of the budget at that time, in {@link TokenBucket}'s units; 0 while unlimited
 * @param heldUntilMillis decision time until which the edges were last told to hold the org back; 0 when never under
 *     this plan
 * @param plan the newest one seen
 */
record OrgState(long sequence, long lastOffset, long decidedAtMillis, long units, long heldUntilMillis, Plan plan) {

    /** Format 1 was the same without {@code heldUntilMillis}. */
    private static final byte FORMAT_WITHOUT_HOLD = 1;

    private static final byte FORMAT = 2;
    private static final int BYTES = 1 + 8 * Long.BYTES;
    private static final long NO_LIMIT = 0;

    /** How many times at most a wait of a whole refill is told while it grows from nothing. */
    private static final int STEPS_A_REFILL = 32;

    /** Edges are told again only when the end moved by this much: bounds what is written in the long run. */
    private static final Duration LEAST_STEP = Duration.ofMillis(250);

    /** An org nothing was decided for yet. */
    static OrgState fresh(Plan plan, long nowMillis) {
        return new OrgState(0, -1, nowMillis, full(plan), 0, plan);
    }

    /** An org of which nothing readable has come yet. Any plan is newer than this one's. */
    static OrgState undecided() {
        return new OrgState(0, -1, 0, 0, 0, new Plan(0, RateLimit.UNLIMITED));
    }

    /** Whether the submission at this offset has its outcome already. */
    boolean decided(long offset) {
        return offset <= lastOffset;
    }

    /**
     * The newer of the two plans. One that takes a limit on begins with a full bucket, and no debt is deeper than the new
     * limit allows, so that an org made smaller does not pay for days what it owed as a large one.
     *
     * @param debtBursts how many bursts below zero a budget may be
     */
    OrgState under(Plan stamped, int debtBursts) {
        if (stamped.version() <= plan.version()) {
            return this;
        }
        long left = stamped.limit() instanceof PerMinute limit ? unitsUnder(limit, debtBursts) : 0;
        return new OrgState(sequence, lastOffset, decidedAtMillis, left, 0, stamped);
    }

    private long unitsUnder(PerMinute limit, int debtBursts) {
        return plan.limit() instanceof PerMinute
                ? Math.max(units, -debtBursts * limit.burst() * TokenBucket.UNITS_PER_TOKEN)
                : TokenBucket.full(limit, 0).units();
    }

    TokenBucket bucket(PerMinute limit, long nowMillis) {
        return new TokenBucket(units, decidedAtMillis).at(limit, nowMillis);
    }

    /** After a submission that was not accepted. */
    OrgState refused(long offset, long nowMillis) {
        return new OrgState(sequence, offset, nowMillis, unitsAt(nowMillis), heldUntilMillis, plan);
    }

    /** After a record that could not be read, or a marker: time and budget stand still. */
    OrgState passed(long offset) {
        return new OrgState(sequence, offset, decidedAtMillis, units, heldUntilMillis, plan);
    }

    /** After a submission that was accepted: one sequence further, one token less. */
    OrgState accepted(long offset, long nowMillis) {
        long left = plan.limit() instanceof PerMinute limit
                ? bucket(limit, nowMillis).taken().units()
                : 0;
        return new OrgState(sequence + 1, offset, nowMillis, left, heldUntilMillis, plan);
    }

    /**
     * What the edges have to be told now: how long until a budget in debt is back, at most what a refill takes. Absent
     * while there is no debt, and while what they were told ends about then: within a part of the refill.
     */
    Optional<Throttle> throttle() {
        if (!(plan.limit() instanceof PerMinute limit) || units >= 0) {
            return Optional.empty();
        }
        Duration refill = limit.refillTime();
        Duration untilOne = new TokenBucket(units, decidedAtMillis).untilOne(limit);
        Duration remaining = untilOne.compareTo(refill) < 0 ? untilOne : refill;
        Duration part = refill.dividedBy(STEPS_A_REFILL);
        Duration step = part.compareTo(LEAST_STEP) > 0 ? part : LEAST_STEP;
        return decidedAtMillis + remaining.toMillis() >= heldUntilMillis + step.toMillis()
                ? Optional.of(new Throttle(remaining))
                : Optional.empty();
    }

    /** After the edges were told. */
    OrgState told(Throttle throttle) {
        long until = decidedAtMillis + throttle.remaining().toMillis();
        return new OrgState(sequence, lastOffset, decidedAtMillis, units, until, plan);
    }

    private long unitsAt(long nowMillis) {
        return plan.limit() instanceof PerMinute limit
                ? bucket(limit, nowMillis).units()
                : 0;
    }

    private static long full(Plan plan) {
        return plan.limit() instanceof PerMinute limit
                ? TokenBucket.full(limit, 0).units()
                : 0;
    }

    byte[] toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES)
                .put(FORMAT)
                .putLong(sequence)
                .putLong(lastOffset)
                .putLong(decidedAtMillis)
                .putLong(units)
                .putLong(heldUntilMillis)
                .putLong(plan.version());
        switch (plan.limit()) {
            case RateLimit.Unlimited() -> bytes.putLong(NO_LIMIT).putLong(NO_LIMIT);
            case PerMinute(long events, long burst) -> bytes.putLong(events).putLong(burst);
        }
        return bytes.array();
    }

    static OrgState fromBytes(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        byte format = buffer.get();
        if (format != FORMAT && format != FORMAT_WITHOUT_HOLD) {
            throw new IllegalStateException(
                    "org state format: " + format + " (expected: " + FORMAT_WITHOUT_HOLD + " or " + FORMAT + ")");
        }
        return new OrgState(
                buffer.getLong(),
                buffer.getLong(),
                buffer.getLong(),
                buffer.getLong(),
                format == FORMAT ? buffer.getLong() : 0,
                planFrom(buffer));
    }

    private static Plan planFrom(ByteBuffer buffer) {
        long version = buffer.getLong();
        long events = buffer.getLong();
        long burst = buffer.getLong();
        return new Plan(version, events == NO_LIMIT ? RateLimit.UNLIMITED : new PerMinute(events, burst));
    }
}
