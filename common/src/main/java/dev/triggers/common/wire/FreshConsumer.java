package dev.triggers.common.wire;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.SubscriptionPattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Kafka's consumer, whose poll after work brings what the log has by then. Kafka's own asks for the next records before it
 * hands over the last ones, and the broker answers as soon as there is one. So who comes back from some milliseconds of work
 * is given the one or two that came first, works as long on these, and all that came meanwhile waits for another round. Here a
 * poll that brings little after work is followed by another, and both are returned together.
 *
 * <p>A poll ends at {@value FreshPolls#MOST_BYTES} bytes of records too, and is above that by {@value FreshPolls#STEP} records
 * at most. Kafka's own knows no such bound: its fetches are bounded as they are compressed, and of what is all alike a
 * megabyte is hundreds.
 */
public final class FreshConsumer extends KafkaConsumer<byte[], byte[]> {

    private final FreshPolls polls;

    /** @param settings by Kafka's names, but for the deserializers; {@code max.poll.records} may be passed by a step */
    public FreshConsumer(Map<String, Object> settings) {
        this(settings, most(settings));
    }

    private FreshConsumer(Map<String, Object> settings, int most) {
        super(inSteps(settings, most), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        polls = new FreshPolls(super::poll, most, System::nanoTime);
    }

    private static int most(Map<String, Object> settings) {
        Object most =
                settings.getOrDefault(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, ConsumerConfig.DEFAULT_MAX_POLL_RECORDS);
        return (int) ConfigDef.parseType(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, most, ConfigDef.Type.INT);
    }

    private static Map<String, Object> inSteps(Map<String, Object> settings, int most) {
        Map<String, Object> steps = new HashMap<>(settings);
        steps.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, Math.min(FreshPolls.STEP, most));
        return steps;
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
