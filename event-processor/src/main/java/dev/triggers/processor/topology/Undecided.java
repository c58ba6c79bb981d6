package dev.triggers.processor.topology;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * How many records a stream thread has fetched and not decided yet, which Kafka Streams does not tell. Fetched records are
 * counted by an interceptor of the thread's consumer, which runs on that thread.
 */
public final class Undecided implements ConsumerInterceptor<byte[], byte[]> {

    private static final ThreadLocal<Count> OF_THREAD = ThreadLocal.withInitial(Count::new);

    /** One thread's. */
    static final class Count {

        private long records;

        void fetched(int more) {
            records += more;
        }

        void decided() {
            records = Math.max(0, records - 1);
        }

        /** Work was given away or came: what was fetched for it is not known any more. Too few are not for long. */
        void forget() {
            records = 0;
        }

        boolean none() {
            return records == 0;
        }
    }

    static Count ofThisThread() {
        return OF_THREAD.get();
    }

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
        ofThisThread().fetched(records.count());
        return records;
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

    @Override
    public void configure(Map<String, ?> configs) {}

    @Override
    public void close() {}
}
