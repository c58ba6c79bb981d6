package dev.triggers.common.wire;

import java.util.List;

/**
 * One kind of record of a topic, as its readers may rely on it.
 *
 * @param name of this kind, unlike any other's: lower-case words with dashes
 * @param meaning what such a record says
 * @param headers all there are
 * @param value what its value is
 */
public record MessageContract(String name, String meaning, List<HeaderContract> headers, ValueContract value) {

    public MessageContract {
        headers = List.copyOf(headers);
    }

    /**
     * The bytes of a record's value.
     *
     * @param contentType media type; empty bytes have one too
     * @param schema JSON Schema draft 7, as JSON; of {@code null} where the value is empty
     */
    public record ValueContract(String contentType, String meaning, String schema) {}
}
