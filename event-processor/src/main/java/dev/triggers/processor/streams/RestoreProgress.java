package dev.triggers.processor.streams;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How far state is restored from its changelogs, in records: said at the beginning, at each tenth, and at the end. */
final class RestoreProgress implements StateRestoreListener {

    private static final Logger log = LoggerFactory.getLogger(RestoreProgress.class);

    private record Restoring(long total, long done) {

        long tenths() {
            return total <= 0 ? 10 : done * 10 / total;
        }
    }

    private final Map<TopicPartition, Restoring> restoring = new ConcurrentHashMap<>();
    private final LongAdder restored = new LongAdder();

    /** Records still to be restored, over all stores of this instance; 0 when none is. */
    long remaining() {
        return restoring.values().stream()
                .mapToLong(one -> Math.max(0, one.total() - one.done()))
                .sum();
    }

    /** Records restored since the start. */
    long restored() {
        return restored.sum();
    }

    @Override
    public void onRestoreStart(TopicPartition partition, String store, long first, long end) {
        Restoring begun = new Restoring(end - first, 0);
        restoring.put(partition, begun);
        say("state is being restored", partition, store, begun);
    }

    @Override
    public void onBatchRestored(TopicPartition partition, String store, long batchEnd, long records) {
        restored.add(records);
        Restoring now = restoring.computeIfPresent(
                partition, (_, before) -> new Restoring(before.total(), before.done() + records));
        if (now != null && now.tenths() > new Restoring(now.total(), now.done() - records).tenths()) {
            say("state is being restored", partition, store, now);
        }
    }

    @Override
    public void onRestoreEnd(TopicPartition partition, String store, long total) {
        restoring.remove(partition);
        say("state is restored", partition, store, new Restoring(total, total));
    }

    @Override
    public void onRestoreSuspended(TopicPartition partition, String store, long total) {
        restoring.remove(partition);
    }

    private static void say(String what, TopicPartition partition, String store, Restoring progress) {
        log.atInfo()
                .addKeyValue("store", store)
                .addKeyValue("partition", partition.partition())
                .addKeyValue("records", progress.done())
                .addKeyValue("of", progress.total())
                .log(what);
    }
}
