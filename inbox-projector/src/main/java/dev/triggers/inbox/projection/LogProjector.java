package dev.triggers.inbox.projection;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.BatchConsumerAwareMessageListener;
import org.springframework.kafka.listener.ConsumerAwareRebalanceListener;

/**
 * Applies the log to a {@link Projection}, from where the projection says it stands: an assigned partition is read
 * from its position there, not from what the consumer group remembers. A batch that fails is delivered again by the
 * listener's container, for ever; what of it was applied before is then passed over.
 */
public final class LogProjector
        implements BatchConsumerAwareMessageListener<byte[], byte[]>, ConsumerAwareRebalanceListener, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LogProjector.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    static final Comparator<TopicPartition> BY_NAME =
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

    private final Projection projection;
    private final ProjectionMeters meters;
    private final BatchSize size;
    /** The position of each partition this instance holds, as of its last batch. */
    private final Map<TopicPartition, Long> positions = new ConcurrentHashMap<>();

    private volatile boolean closed;

    /** @param mostRecords the most records in a transaction */
    public LogProjector(Projection projection, ProjectionMeters meters, int mostRecords) {
        this.projection = projection;
        this.meters = meters;
        this.size = new BatchSize(mostRecords);
        meters.watch(size);
    }

    @Override
    public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        Map<TopicPartition, Long> oldest = consumer.beginningOffsets(partitions);
        stored(partitions).forEach((partition, position) -> {
            long first = oldest.getOrDefault(partition, 0L);
            if (position < first && position > 0) {
                log.atError()
                        .addKeyValue("partition", partition)
                        .addKeyValue("position", position)
                        .addKeyValue("oldest", first)
                        .log("records were deleted before they were projected");
                meters.lost(first - position);
            }
            positions.put(partition, position);
            consumer.seek(partition, Math.max(first, position));
        });
    }

    @Override
    public void onPartitionsRevokedAfterCommit(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        release(partitions);
    }

    @Override
    public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        release(partitions);
    }

    private void release(Collection<TopicPartition> partitions) {
        partitions.forEach(positions::remove);
        meters.released(partitions);
    }

    /** The stored positions, waited for as long as Postgres is away. */
    private Map<TopicPartition, Long> stored(Collection<TopicPartition> partitions) {
        while (true) {
            try {
                return projection.positions(partitions);
            } catch (SQLException e) {
                log.atWarn().addKeyValue("cause", e.getMessage()).log("positions not readable, trying again");
                pause();
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(RETRY_AFTER);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        }
        if (closed) {
            throw new IllegalStateException("the projector is closing");
        }
    }

    @Override
    public void onMessage(List<ConsumerRecord<byte[], byte[]>> records, @Nullable Consumer<?, ?> consumer) {
        Objects.requireNonNull(consumer, "a consumer-aware listener is given its consumer");
        meters.polled(consumer, records);
        int from = 0;
        while (from < records.size()) {
            int end = size.end(records, from);
            Batch batch = new BatchReader(positions).read(records.subList(from, end));
            if (!batch.spans().isEmpty() && !apply(batch)) {
                startOver(consumer, records);
                return;
            }
            from = end;
        }
    }

    /** False: another projector has one of its partitions. */
    private boolean apply(Batch batch) {
        meters.atHand(batch);
        long start = System.nanoTime();
        try {
            if (!projection.apply(batch)) {
                return false;
            }
        } catch (SQLException e) {
            throw new ProjectionFailed(e);
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        size.took(batch.size(), took);
        batch.spans().forEach((partition, span) -> positions.replace(partition, span.to()));
        meters.projected(batch, took);
        return true;
    }

    /** What was read and is not applied yet is read again, from the positions stored. */
    private void startOver(Consumer<?, ?> consumer, List<ConsumerRecord<byte[], byte[]>> records) {
        Set<TopicPartition> partitions = new HashSet<>(consumer.assignment());
        partitions.retainAll(records.stream()
                .map(record -> new TopicPartition(record.topic(), record.partition()))
                .collect(Collectors.toSet()));
        log.atWarn()
                .addKeyValue("partitions", partitions)
                .log("another projector was here, starting from its position");
        meters.startedOver();
        onPartitionsAssigned(consumer, partitions);
    }

    /** How many partitions this instance holds. */
    public int partitions() {
        return positions.size();
    }

    @Override
    public void close() {
        closed = true;
    }

    /** A batch could not be written and has to be delivered again. */
    static final class ProjectionFailed extends RuntimeException {

        private static final long serialVersionUID = 1L;

        ProjectionFailed(SQLException cause) {
            super(cause.getMessage(), cause);
        }
    }
}
