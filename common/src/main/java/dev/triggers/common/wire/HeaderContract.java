package dev.triggers.common.wire;

import java.util.List;

/**
 * One header of a record, as its readers may rely on it. All values are UTF-8 text.
 *
 * @param name as it stands in the record; {@link #EXTENSION} and {@link #ORIGINAL} stand for any number of others
 * @param always whether every record of the message has it
 * @param values all that occur; empty: any text
 */
public record HeaderContract(String name, boolean always, String meaning, String example, List<String> values) {

    /** Any CloudEvents extension attribute that the producer sent, under its own name. */
    public static final String EXTENSION = "ce_*";
    /** Any header that another record had. */
    public static final String ORIGINAL = "*";

    public HeaderContract {
        values = List.copyOf(values);
    }

    static HeaderContract always(String name, String meaning, String example) {
        return new HeaderContract(name, true, meaning, example, List.of());
    }

    static HeaderContract sometimes(String name, String meaning, String example) {
        return new HeaderContract(name, false, meaning, example, List.of());
    }

    /** One that every record has, with one of these values. */
    static HeaderContract oneOf(String name, String meaning, String... values) {
        return new HeaderContract(name, true, meaning, values[0], List.of(values));
    }
}
