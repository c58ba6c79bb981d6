package dev.triggers.ingest;

import dev.triggers.common.event.Receipt;
import dev.triggers.common.wire.Submission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A log in a list, that can fail, or never answer. */
public final class FakeEventLog implements EventLog {

    private final List<Submission> submissions = new ArrayList<>();
    private volatile Optional<AppendFailure> failure = Optional.empty();
    private volatile boolean silent;

    public void failWith(AppendFailure next) {
        failure = Optional.of(next);
    }

    public void neverAnswer() {
        silent = true;
    }

    /** From now on it keeps and confirms all, as at first. */
    public void recover() {
        failure = Optional.empty();
        silent = false;
    }

    public synchronized List<Submission> submissions() {
        return List.copyOf(submissions);
    }

    @Override
    public synchronized CompletableFuture<Receipt> append(Submission submission) {
        if (failure.isPresent()) {
            return CompletableFuture.failedFuture(failure.get());
        }
        submissions.add(submission);
        return silent
                ? new CompletableFuture<>()
                : CompletableFuture.completedFuture(new Receipt(0, submissions.size() - 1));
    }
}
