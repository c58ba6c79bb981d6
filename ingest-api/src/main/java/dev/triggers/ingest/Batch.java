package dev.triggers.ingest;

import dev.triggers.access.Caller;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.problem.Problem;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.common.wire.Submission;
import dev.triggers.ingest.BatchIngestor.BatchPolicy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A batch of one caller under way, for one thread. Each event added is one item, in order, whatever becomes of it, and
 * spoils no other. Appends are not waited for one by one: so many and so many bytes are under way at once. Two things
 * are for the rest of the batch too: once the budget is used up the rest is limited, and once the log failed or turned one
 * away nothing more is tried.
 */
public final class Batch {

    /** After so many bytes of events a busy thread lets others go first. */
    private static final int TURN_BYTES = 65_536;

    private final Caller caller;
    private final Context context;
    private final EventLog log;
    private final Budgets budgets;
    private final Submissions submissions;
    private final BatchPolicy policy;
    private final long end;
    private final List<@Nullable Item> items = new ArrayList<>();
    private final ArrayDeque<UnderWay> underWay = new ArrayDeque<>();
    private long bytesUnderWay;
    private int bytesThisTurn;
    private @Nullable Problem limited;
    private @Nullable Problem stopped;

    /** An append and the item it decides. */
    private record UnderWay(int index, Append append) {}

    Batch(Caller caller, Context context, EventLog log, Budgets budgets, Submissions submissions, BatchPolicy policy) {
        this.caller = caller;
        this.context = context;
        this.log = log;
        this.budgets = budgets;
        this.submissions = submissions;
        this.policy = policy;
        this.end = System.nanoTime() + policy.appendWithin().toNanos();
    }

    /** Items so far. */
    public int size() {
        return items.size();
    }

    /** Adds the event that is all of {@code text[from, to)}. May wait for events before it. */
    public void add(EventFormat format, byte[] text, int from, int to) {
        takeTurns(to - from);
        int index = items.size();
        items.add(null);
        try {
            append(index, submissions.indexed(caller, format.parse(text, from, to), context, index));
        } catch (ProblemException e) {
            items.set(index, new Item.Invalid(e.problem()));
        }
    }

    /** Adds an item that is not an event. */
    public void addInvalid(Problem problem) {
        items.add(new Item.Invalid(problem));
    }

    /** Waits for what is under way, and says what became of each. */
    public BatchAnswer finish() {
        while (!underWay.isEmpty()) {
            settleOldest();
        }
        List<Item> settled = new ArrayList<>(items.size());
        for (Item item : items) {
            if (item != null) {
                settled.add(item);
            }
        }
        return BatchAnswer.of(settled, budgets.left(caller));
    }

    private void append(int index, Submission submission) {
        if (stopped == null && System.nanoTime() - end > 0) {
            stopped = Refusals.outOfTime();
        }
        makeRoom(submission.event().data().size());
        if (stopped != null) {
            items.set(index, new Item.Retry(stopped));
        } else if (taken()) {
            appendNow(index, submission);
        } else if (limited != null) {
            items.set(index, new Item.Limited(limited));
        }
    }

    private boolean taken() {
        if (limited == null) {
            Budgets.Grant grant = budgets.take(caller, 1);
            if (grant.events() == 0) {
                limited = Refusals.overLimit(grant.left());
            }
        }
        return limited == null;
    }

    private void makeRoom(int bytes) {
        while (!underWay.isEmpty() && (underWay.size() >= policy.events() || bytesUnderWay + bytes > policy.bytes())) {
            settleOldest();
        }
    }

    /**
     * Where others have filled the log's window, one of its own that ends makes room; with none, or once the rest is not to be
     * tried or its time is over, it is turned away.
     */
    private void appendNow(int index, Submission submission) {
        Append append = begun(submission);
        while (append.overloaded() && !underWay.isEmpty() && stopped == null && System.nanoTime() - end < 0) {
            settleOldest();
            append = begun(submission);
        }
        if (append.receipt().isCompletedExceptionally()) {
            items.set(index, settled(append, submission));
        } else {
            underWay.add(new UnderWay(index, append));
            bytesUnderWay += submission.event().data().size();
        }
    }

    private Append begun(Submission submission) {
        return new Append(submission, log.append(submission));
    }

    private void settleOldest() {
        UnderWay oldest = underWay.remove();
        Submission submission = oldest.append().submission();
        bytesUnderWay -= submission.event().data().size();
        items.set(oldest.index(), settled(oldest.append(), submission));
    }

    private Item settled(Append append, Submission submission) {
        try {
            Receipt receipt = append.confirmed();
            return new Item.Received(submission.event().id(), receipt);
        } catch (AppendFailure failure) {
            Problem problem = Refusals.of(failure, submission.event());
            if (!(failure instanceof OutcomeUnknown)) {
                budgets.giveBack(caller, 1);
            }
            if (stopped == null) {
                stopped = switch (failure) {
                    case OutcomeUnknown _, LogUnavailable _ -> Refusals.notTried();
                    case LogOverloaded _ -> problem;
                    case SubmissionTooLarge _ -> null;
                };
            }
            return failure instanceof SubmissionTooLarge ? new Item.Invalid(problem) : new Item.Retry(problem);
        }
    }

    /** Virtual threads are not preempted: one that only computes would keep the others waiting. */
    @SuppressWarnings("ThreadPriorityCheck") // a hint for fairness; nothing relies on it
    private void takeTurns(int bytes) {
        bytesThisTurn += bytes;
        if (bytesThisTurn > TURN_BYTES) {
            bytesThisTurn = 0;
            Thread.yield();
        }
    }
}
