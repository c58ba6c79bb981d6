package dev.triggers.ingest;

import dev.triggers.common.event.Limits;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import java.util.Arrays;

/**
 * Where the elements of a JSON array stand in a body. Only what divides them is looked at, strings, brackets and commas,
 * so that an element that is not JSON is that element's flaw alone. An element is as it came, white space included.
 */
public final class ArrayElements {

    private final byte[] text;
    private final int to;
    private int at;
    private int[] bounds = new int[64];
    private int count;

    private ArrayElements(byte[] text, int to) {
        this.text = text;
        this.to = to;
        this.at = JsonText.begin(text, to);
    }

    /**
     * Divides all of a body. Throws {@link ProblemException}: {@code malformed_json} where it is no array or is not
     * closed, {@code batch_too_large} where it has too many elements.
     */
    public static ArrayElements of(byte[] body, int size) {
        ArrayElements elements = new ArrayElements(body, size);
        elements.divide();
        return elements;
    }

    public int count() {
        return count;
    }

    public int from(int element) {
        return bounds[2 * element];
    }

    public int to(int element) {
        return bounds[2 * element + 1];
    }

    private void divide() {
        if (skipSpace() != '[') {
            throw flaw(at, "no array begins");
        }
        at++;
        if (skipSpace() == ']') {
            at++;
        } else {
            do {
                element();
            } while (text[at++] == ',');
        }
        if (skipSpace() != -1) {
            throw flaw(at, "something after the array");
        }
    }

    /** Goes to the comma or bracket that ends the element. */
    private void element() {
        skipSpace();
        int from = at;
        int depth = 0;
        for (; at < to; at++) {
            switch (text[at]) {
                case '"' -> skipString();
                case '[', '{' -> depth++;
                case '}' -> depth--;
                case ']', ',' -> {
                    if (depth <= 0) {
                        add(from, at);
                        return;
                    }
                    depth -= text[at] == ']' ? 1 : 0;
                }
                default -> {}
            }
        }
        throw flaw(to, "the array is not closed");
    }

    /** Goes to the quote that ends the string, or to the end. */
    private void skipString() {
        at++;
        while (at < to && text[at] != '"') {
            at += text[at] == '\\' ? 2 : 1;
        }
    }

    private void add(int from, int end) {
        if (from == end) {
            throw flaw(end, "an element is missing");
        }
        if (count == Limits.BATCH_EVENTS) {
            throw new ProblemException(
                    ProblemCode.BATCH_TOO_LARGE,
                    "events: more than " + Limits.BATCH_EVENTS + ", nothing was stored (expected: at most "
                            + Limits.BATCH_EVENTS + ")");
        }
        if (2 * count == bounds.length) {
            bounds = Arrays.copyOf(bounds, 2 * bounds.length);
        }
        bounds[2 * count] = from;
        bounds[2 * count + 1] = end;
        count++;
    }

    /** Goes to the next byte that is no white space, and says which it is; -1 at the end. */
    private int skipSpace() {
        while (at < to && (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t')) {
            at++;
        }
        return at < to ? text[at] & 0xff : -1;
    }

    private ProblemException flaw(int offset, String reason) {
        return JsonFlaw.at(text, 0, Math.min(offset, to), reason).problem();
    }
}
