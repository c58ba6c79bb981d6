package dev.triggers.inbox.projection;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * How many records are projected in one transaction: as many as are committed within {@link #TARGET}, so that a
 * database under load gets small batches and does not hold up readers' news, and a fast one large ones. After each full
 * batch the number is scaled by target over time taken, by half to double at once, between {@value #LEAST} and the
 * most. Bytes are bounded apart, at {@value #MOST_BYTES}.
 */
final class BatchSize {

    static final Duration TARGET = Duration.ofMillis(250);
    static final int LEAST = 50;
    static final int MOST_BYTES = 8 << 20;

    private static final int FIRST = 500;
    /** Of what a batch may have: what is less than that is not worth a transaction. A poll brings some more than it was asked for. */
    private static final int LEFT_OVER = 16;

    private final int least;
    private final int most;
    private volatile int records;

    /** @param most records in a batch, 1 and up; below {@value #LEAST} it is that always */
    BatchSize(int most) {
        this.most = most;
        this.least = Math.min(LEAST, most);
        this.records = Math.min(FIRST, most);
    }

    /** The most records of the next batch. */
    int records() {
        return records;
    }

    /** Where a batch that begins at {@code from} ends (excluded): one record at least, however large. */
    int end(List<ConsumerRecord<byte[], byte[]>> polled, int from) {
        int most = records;
        int last = polled.size() - from < most + most / LEFT_OVER ? polled.size() : from + most;
        long bytes = 0;
        for (int i = from; i < last; i++) {
            bytes += Math.max(0, polled.get(i).serializedValueSize());
            if (bytes > MOST_BYTES && i > from) {
                return i;
            }
        }
        return last;
    }

    /** So many records were committed in this time. A batch that was not full says only that it was not too large. */
    void took(int count, Duration time) {
        double factor = (double) TARGET.toNanos() / Math.max(1, time.toNanos());
        if (count >= records || factor < 1) {
            double scaled = Math.min(count, records) * Math.clamp(factor, 0.5, 2.0);
            records = Math.clamp(Math.round(scaled), least, most);
        }
    }
}
