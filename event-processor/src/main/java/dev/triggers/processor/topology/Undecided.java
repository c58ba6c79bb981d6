package dev.triggers.processor.topology;

import dev.triggers.common.event.Receipt;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Whether a stream thread has fetched records that it has not decided yet, which Kafka Streams does not tell. What is fetched
 * is seen by an interceptor of the thread's consumer, which runs on that thread.
 */
public final class Undecided implements ConsumerInterceptor<byte[], byte[]> {

    private static final ThreadLocal<Fetched> OF_THREAD = ThreadLocal.withInitial(Fetched::new);

    /** What one thread has fetched, of one topic. */
    static final class Fetched {

        /** The last offset of each partition that has some. */
        private final Map<Integer, Long> undecided = new HashMap<>();

        /** @param last offset of what was fetched of the partition; all before it come first */
        void fetched(int partition, long last) {
            undecided.put(partition, last);
        }

        /** This one was decided, and whatever of its partition stands before it. */
        void decided(Receipt receipt) {
            Long last = undecided.get(receipt.partition());
            if (last != null && receipt.offset() >= last) {
                undecided.remove(receipt.partition());
            }
        }

        /** Work is given away: what was fetched for it will not be decided here. */
        void forget(int partition) {
            undecided.remove(partition);
        }

        boolean none() {
            return undecided.isEmpty();
        }
    }

    static Fetched ofThisThread() {
        return OF_THREAD.get();
    }

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
        Fetched fetched = ofThisThread();
        for (TopicPartition partition : records.partitions()) {
            List<ConsumerRecord<byte[], byte[]>> some = records.records(partition);
            fetched.fetched(partition.partition(), some.getLast().offset());
        }
        return records;
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

    @Override
    public void configure(Map<String, ?> configs) {}

    @Override
    public void close() {}
}
