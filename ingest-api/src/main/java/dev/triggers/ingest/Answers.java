package dev.triggers.ingest;

import dev.triggers.common.problem.Problem;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Counts how posted events were answered: received + refused by code = all that got past the key check. Each item of a
 * batch counts; a request that is refused as a whole counts once.
 */
public final class Answers {

    private final LongAdder received = new LongAdder();
    private final Map<ProblemCode, LongAdder> refused = new EnumMap<>(ProblemCode.class);

    public Answers() {
        for (ProblemCode code : ProblemCode.values()) {
            refused.put(code, new LongAdder());
        }
    }

    /** Runs it and counts what came of it. A failure that is no problem of ours counts as an internal error. */
    public Received counted(Supplier<Received> receiving) {
        Received answer = refusalsCounted(receiving);
        received.increment();
        return answer;
    }

    /** The same for a batch. */
    public BatchAnswer batchCounted(Supplier<BatchAnswer> receiving) {
        BatchAnswer answer = refusalsCounted(receiving);
        received.add(answer.received());
        for (Item item : answer.items()) {
            switch (item) {
                case Item.Received _ -> {}
                case Item.Invalid(Problem problem) -> counter(problem.code()).increment();
                case Item.Limited(Problem problem) -> counter(problem.code()).increment();
                case Item.Retry(Problem problem) -> counter(problem.code()).increment();
            }
        }
        return answer;
    }

    private <T> T refusalsCounted(Supplier<T> receiving) {
        ProblemCode code = ProblemCode.INTERNAL_ERROR;
        boolean done = false;
        try {
            T answer = receiving.get();
            done = true;
            return answer;
        } catch (ProblemException e) {
            code = e.problem().code();
            throw e;
        } finally {
            if (!done) {
                counter(code).increment();
            }
        }
    }

    public long received() {
        return received.sum();
    }

    public long refused(ProblemCode code) {
        return counter(code).sum();
    }

    private LongAdder counter(ProblemCode code) {
        return refused.getOrDefault(code, received);
    }
}
