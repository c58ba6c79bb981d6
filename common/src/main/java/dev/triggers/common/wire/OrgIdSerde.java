package dev.triggers.common.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triggers.common.event.OrgId;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** Org ids as the text of their UUID. */
final class OrgIdSerde {

    private OrgIdSerde() {}

    static Serde<OrgId> create() {
        return Serdes.serdeFrom((topic, org) -> org.toString().getBytes(UTF_8), (topic, bytes) -> read(bytes));
    }

    private static OrgId read(byte[] bytes) {
        try {
            return OrgId.parse(new String(bytes, UTF_8));
        } catch (IllegalArgumentException e) {
            throw new UnreadableRecord("key: " + e.getMessage(), e);
        }
    }
}
