package dev.triggers.common.wire;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.SubscriptionPattern;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Kafka's consumer, whose poll after work brings what the log has by then. Kafka's own asks for the next records before it
 * hands over the last ones, and the broker answers as soon as there is one. So who comes back from some milliseconds of work
 * is given the one or two that came first, works as long on these, and all that came meanwhile waits for another round. Here a
 * poll that brings little after work is followed by another, and both are returned together.
 */
public final class FreshConsumer extends KafkaConsumer<byte[], byte[]> {

    private final FreshPolls polls = new FreshPolls(super::poll, System::nanoTime);

    /** @param settings by Kafka's names, but for the deserializers */
    public FreshConsumer(Map<String, Object> settings) {
        super(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public void subscribe(Collection<String> topics, ConsumerRebalanceListener listener) {
        super.subscribe(topics, polls.watching(listener));
    }

    @Override
    public void subscribe(Pattern pattern, ConsumerRebalanceListener listener) {
        super.subscribe(pattern, polls.watching(listener));
    }

    @Override
    public void subscribe(SubscriptionPattern pattern, ConsumerRebalanceListener listener) {
        super.subscribe(pattern, polls.watching(listener));
    }

    @Override
    public void subscribe(Collection<String> topics) {
        subscribe(topics, FreshPolls.NOBODY);
    }

    @Override
    public void subscribe(Pattern pattern) {
        subscribe(pattern, FreshPolls.NOBODY);
    }

    @Override
    public void subscribe(SubscriptionPattern pattern) {
        subscribe(pattern, FreshPolls.NOBODY);
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        return polls.poll(timeout);
    }
}
