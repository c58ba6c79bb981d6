package dev.triggers.processor.topology;

import dev.triggers.common.limit.Plan;
import dev.triggers.common.limit.RateLimit;
import dev.triggers.common.limit.RateLimit.PerMinute;
import dev.triggers.common.limit.TokenBucket;
import java.nio.ByteBuffer;

/**
 * All that admission knows of an org, one value.
 *
 * @param sequence the last one given; 0 before the first
 * @param lastOffset the last submission decided; -1 before the first
 * @param decidedAtMillis decision time of the last submission decided
 * @param units what is left of the budget at that time, in {@link TokenBucket}'s units; 0 while unlimited
 * @param plan the newest one seen
 */
record OrgState(long sequence, long lastOffset, long decidedAtMillis, long units, Plan plan) {

    private static final byte FORMAT = 1;
    private static final int BYTES = 1 + 7 * Long.BYTES;
    private static final long NO_LIMIT = 0;

    /** An org nothing was decided for yet. */
    static OrgState fresh(Plan plan, long nowMillis) {
        return new OrgState(0, -1, nowMillis, full(plan), plan);
    }

    /** An org of which nothing readable has come yet. Any plan is newer than this one's. */
    static OrgState undecided() {
        return new OrgState(0, -1, 0, 0, new Plan(0, RateLimit.UNLIMITED));
    }

    /** Whether the submission at this offset has its outcome already. */
    boolean decided(long offset) {
        return offset <= lastOffset;
    }

    /** The newer of the two plans. One that takes a limit on begins with a full bucket. */
    OrgState under(Plan stamped) {
        if (stamped.version() <= plan.version()) {
            return this;
        }
        boolean newlyLimited = plan.limit() instanceof RateLimit.Unlimited;
        return new OrgState(sequence, lastOffset, decidedAtMillis, newlyLimited ? full(stamped) : units, stamped);
    }

    TokenBucket bucket(PerMinute limit, long nowMillis) {
        return new TokenBucket(units, decidedAtMillis).at(limit, nowMillis);
    }

    /** After a submission that was not accepted. */
    OrgState refused(long offset, long nowMillis) {
        return new OrgState(sequence, offset, nowMillis, unitsAt(nowMillis), plan);
    }

    /** After a record that could not be read: time and budget stand still. */
    OrgState unreadable(long offset) {
        return new OrgState(sequence, offset, decidedAtMillis, units, plan);
    }

    /** After a submission that was accepted: one sequence further, one token less. */
    OrgState accepted(long offset, long nowMillis) {
        long left = plan.limit() instanceof PerMinute limit
                ? bucket(limit, nowMillis).taken().units()
                : 0;
        return new OrgState(sequence + 1, offset, nowMillis, left, plan);
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
        if (format != FORMAT) {
            throw new IllegalStateException("org state format: " + format + " (expected: " + FORMAT + ")");
        }
        return new OrgState(buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getLong(), planFrom(buffer));
    }

    private static Plan planFrom(ByteBuffer buffer) {
        long version = buffer.getLong();
        long events = buffer.getLong();
        long burst = buffer.getLong();
        return new Plan(version, events == NO_LIMIT ? RateLimit.UNLIMITED : new PerMinute(events, burst));
    }
}
