package dev.triggers.processor.topology;

import dev.triggers.common.event.OrgId;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * What admission knows of each org of a partition. Cached until the commit: within a transaction an org is written once,
 * to the store and to its changelog, however many of its submissions are decided.
 */
final class OrgStates {

    static final String STORE = "orgs";

    /** Stands for records whose key names no org, so that those too are decided once. */
    static final OrgId NOBODY = new OrgId(new UUID(0, 0));

    private final KeyValueStore<byte[], byte[]> store;

    OrgStates(KeyValueStore<byte[], byte[]> store) {
        this.store = store;
    }

    static StoreBuilder<KeyValueStore<byte[], byte[]>> store() {
        return Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(STORE), Serdes.ByteArray(), Serdes.ByteArray())
                .withCachingEnabled();
    }

    Optional<OrgState> of(OrgId org) {
        return Optional.ofNullable(store.get(key(org))).map(OrgState::fromBytes);
    }

    void put(OrgId org, OrgState state) {
        store.put(key(org), state.toBytes());
    }

    /** The latest decision time in this partition, Unix milliseconds; 0 before the first decision. Reads every org. */
    long latestDecisionMillis() {
        long latest = 0;
        try (KeyValueIterator<byte[], byte[]> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<byte[], byte[]> next = all.next();
                latest = Math.max(latest, OrgState.fromBytes(next.value).decidedAtMillis());
            }
        }
        return latest;
    }

    private static byte[] key(OrgId org) {
        return ByteBuffer.allocate(16)
                .putLong(org.value().getMostSignificantBits())
                .putLong(org.value().getLeastSignificantBits())
                .array();
    }
}
