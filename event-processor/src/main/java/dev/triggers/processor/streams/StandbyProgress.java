package dev.triggers.processor.streams;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StandbyUpdateListener;
import org.apache.kafka.streams.processor.TaskId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How warm the copies are that this instance keeps of others' state (KIP-988), in changelog records: said when one
 * begins, when one takes over and when one is given up.
 */
final class StandbyProgress implements StandbyUpdateListener {

    private static final Logger log = LoggerFactory.getLogger(StandbyProgress.class);

    private final Map<TopicPartition, Long> behind = new ConcurrentHashMap<>();
    private final LongAdder loaded = new LongAdder();

    /** Copies kept now: one for each store of each partition. */
    int copies() {
        return behind.size();
    }

    /** Records that the copies lacked when each read its changelog last; 0 for one that has read nothing yet. */
    long behind() {
        return behind.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Records read into copies since the start. */
    long loaded() {
        return loaded.sum();
    }

    @Override
    public void onUpdateStart(TopicPartition partition, String store, long first) {
        behind.put(partition, 0L);
        log.atInfo()
                .addKeyValue("store", store)
                .addKeyValue("partition", partition.partition())
                .addKeyValue("from", first)
                .log("a standby copy is kept");
    }

    @Override
    public void onBatchLoaded(
            TopicPartition partition, String store, TaskId task, long last, long records, long changelogEnd) {
        loaded.add(records);
        behind.computeIfPresent(partition, (_, _) -> Math.max(0, changelogEnd - last));
    }

    @Override
    public void onUpdateSuspended(
            TopicPartition partition, String store, long last, long changelogEnd, SuspendReason reason) {
        behind.remove(partition);
        log.atInfo()
                .addKeyValue("store", store)
                .addKeyValue("partition", partition.partition())
                .addKeyValue("behind", Math.max(0, changelogEnd - last))
                .log(reason == SuspendReason.PROMOTED ? "a standby copy takes over" : "a standby copy is given up");
    }
}
