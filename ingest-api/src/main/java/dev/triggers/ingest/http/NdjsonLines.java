package dev.triggers.ingest.http;

import dev.triggers.common.event.Limits;
import dev.triggers.common.problem.Problem;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.ingest.Batch;
import dev.triggers.ingest.EventFormat;

/**
 * Lines of a body, each an event, given to a batch as they stream in: the first may be kept before the last was sent.
 * Blank lines are nothing. Where the body cannot be read on, what was given stays so, and one more item, the last, says
 * that and why nothing after it was taken.
 */
final class NdjsonLines {

    private static final int LONGEST = EventBodies.EVENT_BYTES;

    private final Body body;
    private final Batch batch;
    private int start;
    private boolean begun;
    private boolean tooLong;

    private NdjsonLines(Body body, Batch batch) {
        this.body = body;
        this.batch = batch;
    }

    /** Throws {@link ProblemException} where not even the first line could be read. */
    static void read(Body body, Batch batch) {
        try {
            new NdjsonLines(body, batch).readAll();
        } catch (ProblemException e) {
            if (batch.size() == 0) {
                throw e;
            }
            batch.addInvalid(Problem.of(
                    e.problem().code(), e.problem().detail() + "; this line and all after it were not taken"));
        }
    }

    private void readAll() {
        body.grow(LONGEST + 1L);
        int looked = 0;
        for (int read = body.read(); read >= 0; read = body.read()) {
            looked = takeLines(looked);
            body.dropTo(start);
            looked -= start;
            start = 0;
            if (body.size() > LONGEST) {
                startTooLong();
                looked = 0;
            }
        }
        take(body.size());
    }

    /** Takes all lines that end in what was read. Where to look on. */
    private int takeLines(int from) {
        byte[] buffer = body.buffer();
        for (int i = from; i < body.size(); i++) {
            if (buffer[i] == '\n') {
                take(i);
                start = i + 1;
            }
        }
        return body.size();
    }

    private void take(int end) {
        if (!begun) {
            begun = true;
            start = EventFormat.textBegin(body.buffer(), end);
        }
        if (tooLong) {
            tooLong = false;
        } else if (!blank(end)) {
            requireRoom();
            batch.add(EventFormat.JSON, body.buffer(), start, end);
        }
    }

    private void startTooLong() {
        if (!tooLong) {
            requireRoom();
            batch.addInvalid(Problem.of(
                    ProblemCode.EVENT_TOO_LARGE,
                    "line: more than " + LONGEST + " bytes (expected: at most " + LONGEST + ")"));
        }
        tooLong = true;
        body.dropTo(body.size());
    }

    private void requireRoom() {
        if (batch.size() == Limits.BATCH_EVENTS) {
            throw new ProblemException(
                    ProblemCode.BATCH_TOO_LARGE,
                    "events: more than " + Limits.BATCH_EVENTS + " (expected: at most " + Limits.BATCH_EVENTS + ")");
        }
    }

    private boolean blank(int end) {
        byte[] buffer = body.buffer();
        for (int i = start; i < end; i++) {
            if (buffer[i] != ' ' && buffer[i] != '\t' && buffer[i] != '\r') {
                return false;
            }
        }
        return true;
    }
}
