package dev.triggers.inbox.projection;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
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
 * listener's container, for ever; what of it was applied before is then passed over.
 *
 * <p>Each consumer of the container has a {@link Lane}: when much waits, it reads the next batch while one is written.
 */
public final class LogProjector
        implements BatchConsumerAwareMessageListener<byte[], byte[]>, ConsumerAwareRebalanceListener, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LogProjector.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    static final Comparator<TopicPartition> BY_NAME =
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

    private final Projection projection;
    private final ProjectionMeters meters;
    private final BatchWriter writer;
    private final Map<Consumer<?, ?>, Lane> lanes = new ConcurrentHashMap<>();

    private volatile boolean closed;

    /** @param mostRecords the most records in a transaction, but for a few left over */
    public LogProjector(Projection projection, ProjectionMeters meters, int mostRecords) {
        this.projection = projection;
        this.meters = meters;
        this.writer = new BatchWriter(projection, meters, new BatchSize(mostRecords));
        meters.watch(writer.size());
    }

    private Lane lane(Consumer<?, ?> consumer) {
        return lanes.computeIfAbsent(consumer, _ -> new Lane(consumer, writer, meters, this::stored));
    }

    @Override
    public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        lane(consumer).assigned(partitions);
    }

    @Override
    public void onPartitionsRevokedAfterCommit(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        lane(consumer).released(partitions);
    }

    @Override
    public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        lane(consumer).released(partitions);
    }

    /** To be called before each poll of a consumer, whether or not the last one brought something. */
    void beforePoll(Consumer<?, ?> consumer) {
        lane(consumer).beforePoll();
    }

    /** Waits until all that the listener was given is applied. False: some of it is not, and the consumer reads it again. */
    public boolean settle(Consumer<?, ?> consumer) {
        return lane(consumer).settle();
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
        lane(consumer).take(records);
    }

    /** How many partitions this instance holds. */
    public int partitions() {
        return lanes.values().stream().mapToInt(Lane::partitions).sum();
    }

    @Override
    public void close() {
        closed = true;
    }
}
