package dev.triggers.common.wire;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** How one kind of value stands in a record: attributes in headers, the rest as the value's bytes. */
public interface Wire<V> {

    /** Adds the headers and answers the value. */
    byte[] write(V value, Headers headers);

    /** Reads back what {@link #write} wrote. Throws {@link UnreadableRecord} when it is not that. */
    V read(Headers headers, byte @Nullable [] value);

    /** The same as Kafka's clients and Streams take it. */
    default Serde<V> serde() {
        return Serdes.serdeFrom(new WireSerializer<>(this), new WireDeserializer<>(this));
    }

    /** Adapter to Kafka. */
    record WireSerializer<V>(Wire<V> wire) implements Serializer<V> {
        @Override
        public byte[] serialize(String topic, V value) {
            throw new UnsupportedOperationException(topic + ": these records need headers");
        }

        @Override
        public byte[] serialize(String topic, Headers headers, V value) {
            return wire.write(value, headers);
        }
    }

    /** Adapter to Kafka. */
    record WireDeserializer<V>(Wire<V> wire) implements Deserializer<V> {
        @Override
        public V deserialize(String topic, byte[] value) {
            throw new UnsupportedOperationException(topic + ": these records need headers");
        }

        @Override
        public V deserialize(String topic, Headers headers, byte[] value) {
            return wire.read(headers, value);
        }
    }
}
