package dev.triggers.ingest;

import dev.triggers.common.event.Limits;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;

/**
 * Where a body stops being JSON, and why.
 *
 * @param line from 1
 * @param column from 1, in bytes
 */
record JsonFlaw(int line, int column, String reason) {

    /** A flaw at {@code text[offset]} of a text that begins at {@code from}. */
    static JsonFlaw at(byte[] text, int from, int offset, String reason) {
        int line = 1;
        int lineStart = from;
        for (int i = from; i < offset; i++) {
            if (text[i] == '\n') {
                line++;
                lineStart = i + 1;
            }
        }
        return new JsonFlaw(line, offset - lineStart + 1, reason);
    }

    static JsonFlaw of(JacksonException e) {
        TokenStreamLocation at = e.getLocation() == null ? TokenStreamLocation.NA : e.getLocation();
        return new JsonFlaw(
                Math.max(1, at.getLineNr()), Math.max(1, at.getColumnNr()), Limits.cut(e.getOriginalMessage()));
    }

    ProblemException problem() {
        return new ProblemException(
                ProblemCode.MALFORMED_JSON,
                "body: " + reason + " at line " + line + ", column " + column + " (expected: one JSON document)");
    }
}
