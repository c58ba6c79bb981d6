package dev.triggers.ingest;

import dev.triggers.access.Caller;
import dev.triggers.access.Scope;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.common.wire.Submission;
import java.time.InstantSource;

/** Takes an event from a caller into the log. "Received" is said only once the log has confirmed it. */
public final class EventIngestor {

    private final EventLog log;
    private final Budgets budgets;
    private final Submissions submissions;

    public EventIngestor(EventLog log, Budgets budgets, InstantSource clock) {
        this.log = log;
        this.budgets = budgets;
        this.submissions = new Submissions(clock);
    }

    /** Waits for the log. Throws {@link ProblemException} for everything that is not "received". */
    public Received receive(Caller caller, EventBody body, Context context) {
        caller.require(Scope.EVENTS_WRITE);
        Submission submission = submissions.single(caller, body, context);
        Budgets.Grant grant = budgets.take(caller, 1);
        if (grant.events() == 0) {
            throw new ProblemException(Refusals.overLimit(grant.left()));
        }
        try {
            return new Received(submission.event().id(), appended(submission), grant.left());
        } catch (AppendFailure failure) {
            if (!(failure instanceof OutcomeUnknown)) {
                budgets.giveBack(caller, 1);
            }
            throw new ProblemException(Refusals.of(failure, submission.event()), failure);
        }
    }

    /** What is left of the caller's budget now. */
    public Budget left(Caller caller) {
        return budgets.left(caller);
    }

    private Receipt appended(Submission submission) {
        return new Append(submission, log.append(submission)).confirmed();
    }
}
