package dev.triggers.inbox.projection;

import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.wire.Accepted;
import dev.triggers.common.wire.Rejected;
import dev.triggers.common.wire.Topics;
import dev.triggers.inbox.projection.Batch.Span;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
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
 * listener's container, for ever.
 */
public final class LogProjector
        implements BatchConsumerAwareMessageListener<byte[], byte[]>, ConsumerAwareRebalanceListener, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LogProjector.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Projection projection;
    private final ProjectionMeters meters;
    /** The position of each partition this instance holds, as of its last batch. */
    private final Map<TopicPartition, Long> positions = new ConcurrentHashMap<>();

    private volatile boolean closed;

    public LogProjector(Projection projection, ProjectionMeters meters) {
        this.projection = projection;
        this.meters = meters;
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
        Batch batch = read(records);
        meters.atHand(batch);
        try {
            if (projection.apply(batch)) {
                batch.spans().forEach((partition, span) -> positions.put(partition, span.to()));
                meters.projected(batch);
            } else {
                log.atWarn()
                        .addKeyValue("partitions", batch.spans().keySet())
                        .log("another projector was here, starting from its position");
                onPartitionsAssigned(consumer, batch.spans().keySet());
            }
        } catch (SQLException e) {
            throw new ProjectionFailed(e);
        }
    }

    private Batch read(List<ConsumerRecord<byte[], byte[]>> records) {
        Map<TopicPartition, Span> spans = new HashMap<>();
        List<Accepted> accepted = new ArrayList<>();
        List<Rejected> rejected = new ArrayList<>();
        List<Disposition> dispositions = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            TopicPartition partition = new TopicPartition(record.topic(), record.partition());
            long next = record.offset() + 1;
            spans.merge(
                    partition,
                    new Span(positionOf(partition), next),
                    (first, last) -> new Span(first.from(), last.to()));
            if (record.topic().equals(Topics.ACCEPTED.name())) {
                accepted.add(Topics.ACCEPTED.read(record));
            } else if (record.topic().equals(Topics.REJECTED.name())) {
                rejected.add(Topics.REJECTED.read(record));
            } else {
                dispositions.add(Topics.DISPOSITIONS.read(record));
            }
        }
        return new Batch(spans, accepted, rejected, dispositions);
    }

    private long positionOf(TopicPartition partition) {
        Long position = positions.get(partition);
        if (position == null) {
            throw new IllegalStateException(partition + ": not assigned (expected: a position)");
        }
        return position;
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
