package dev.triggers.inbox.projection;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one consumer reads, on its way into the projection, batch after batch and in order. While much waits in the log a
 * batch is written on another thread, one at a time, and the next is read meanwhile; else it is written at once. What was
 * handed over and is not applied in the end is read again, with all that came after it.
 *
 * <p>Nothing here has to be right for the rows to be: a batch is applied only where its position stands in the tables, and
 * moves it. For the consumer's thread alone, but for {@link #partitions}.
 */
final class Lane {

    /** How long whoever has the partitions next is kept waiting, at most, for the position to be moved. */
    private static final Duration RELEASED_WITHIN = Duration.ofSeconds(3);

    private static final Logger log = LoggerFactory.getLogger(Lane.class);

    private final Consumer<?, ?> consumer;
    private final BatchWriter writer;
    private final ProjectionMeters meters;
    private final Function<Collection<TopicPartition>, Map<TopicPartition, Long>> stored;
    /** Of each partition that is held: where its next batch begins, what is under way being applied. */
    private final Map<TopicPartition, Long> positions = new ConcurrentHashMap<>();
    /** Of each of these: where the log began when it was assigned. A position may be before that. */
    private final Map<TopicPartition, Long> begins = new HashMap<>();

    private @Nullable UnderWay underWay;
    /** What was handed over last was not applied. Nothing more is until a batch is, so that there is one at a time to retry. */
    private boolean careful;

    private record UnderWay(Batch batch, Future<Boolean> applied) {}

    /** @param stored the positions in the tables */
    Lane(
            Consumer<?, ?> consumer,
            BatchWriter writer,
            ProjectionMeters meters,
            Function<Collection<TopicPartition>, Map<TopicPartition, Long>> stored) {
        this.consumer = consumer;
        this.writer = writer;
        this.meters = meters;
        this.stored = stored;
    }

    /** How many are held. */
    int partitions() {
        return positions.size();
    }

    /** These are read on from where the tables stand. */
    void assigned(Collection<TopicPartition> partitions) {
        Map<TopicPartition, Long> oldest = consumer.beginningOffsets(partitions);
        stored.apply(partitions).forEach((partition, position) -> {
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
            begins.put(partition, first);
            consumer.seek(partition, Math.max(first, position));
        });
    }

    /** Others have these from now on. What is under way is waited for, not for ever: when it is late, they start over. */
    void released(Collection<TopicPartition> partitions) {
        UnderWay last = underWay;
        if (last != null) {
            awaitAWhile(last.applied());
        }
        partitions.forEach(positions::remove);
        partitions.forEach(begins::remove);
        meters.released(partitions);
    }

    private static void awaitAWhile(Future<Boolean> applied) {
        try {
            applied.get(RELEASED_WITHIN.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            log.atDebug()
                    .addKeyValue("cause", e)
                    .log("batch under way was not applied, its partitions go"); // dealt with when settled
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Before each poll: what is under way may have failed, and nothing else may come that would tell. */
    void beforePoll() {
        UnderWay last = underWay;
        if (last != null && last.applied().isDone()) {
            settle();
        }
    }

    /** Waits until nothing is under way. False: it was not applied, and is read again. */
    boolean settle() {
        return settled(Set.of());
    }

    /**
     * Applies records, or hands them over. Throws {@link ProjectionFailed} when they could not be written: they have to be
     * given again then, and what of them was applied is passed over.
     */
    void take(List<ConsumerRecord<byte[], byte[]>> records) {
        Map<TopicPartition, Long> polled = ends(records);
        meters.polled(consumer, polled);
        boolean ahead = !careful && waiting(polled.keySet()) >= writer.size().records();
        int from = 0;
        while (from < records.size()) {
            int end = writer.size().end(records, from);
            Batch batch = new BatchReader(positions).read(records.subList(from, end));
            if (!batch.spans().isEmpty()
                    && !(ahead ? handedOver(batch, polled.keySet()) : applied(batch, polled.keySet()))) {
                return;
            }
            from = end;
        }
    }

    /** Of each partition: the offset after its last record. Records of a partition come one after the other. */
    private static Map<TopicPartition, Long> ends(List<ConsumerRecord<byte[], byte[]>> records) {
        Map<TopicPartition, Long> ends = new HashMap<>();
        for (int i = 0; i < records.size(); i++) {
            ConsumerRecord<byte[], byte[]> record = records.get(i);
            if (i + 1 == records.size() || BatchReader.differ(record, records.get(i + 1))) {
                ends.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
            }
        }
        return ends;
    }

    /** How many records are in the log behind those that were polled. */
    private long waiting(Collection<TopicPartition> partitions) {
        Set<TopicPartition> held = consumer.assignment();
        return partitions.stream()
                .filter(held::contains)
                .mapToLong(partition -> consumer.currentLag(partition).orElse(0))
                .sum();
    }

    /** False: as {@link #settled}. */
    private boolean handedOver(Batch batch, Collection<TopicPartition> read) {
        Supplier<Future<Boolean>> begin = writer.ready(batch);
        if (!settled(read)) {
            return false;
        }
        batch.spans().forEach((partition, span) -> positions.replace(partition, span.to()));
        underWay = new UnderWay(batch, begin.get());
        return true;
    }

    /** False: something was not applied, this or what was under way, and is read again. */
    private boolean applied(Batch batch, Collection<TopicPartition> read) {
        if (!settled(read)) {
            return false;
        }
        try {
            if (!writer.apply(batch)) {
                startOver(read);
                return false;
            }
        } catch (SQLException e) {
            meters.failed();
            log.atWarn()
                    .addKeyValue("records", batch.size())
                    .addKeyValue("cause", e.getMessage())
                    .log("batch not written, trying again");
            throw new ProjectionFailed(e);
        }
        careful = false;
        batch.spans().forEach((partition, span) -> positions.replace(partition, span.to()));
        return true;
    }

    /** @param since partitions of which more was read since, to be read again too where this is false */
    private boolean settled(Collection<TopicPartition> since) {
        UnderWay last = underWay;
        if (last == null) {
            return true;
        }
        boolean applied = false;
        @Nullable Throwable failure = null;
        try {
            applied = last.applied().get();
        } catch (ExecutionException e) {
            failure = Objects.requireNonNullElse(e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the projector is closing", e);
        }
        underWay = null;
        Set<TopicPartition> partitions = new HashSet<>(last.batch().spans().keySet());
        meters.released(partitions.stream()
                .filter(partition -> !positions.containsKey(partition))
                .toList());
        partitions.addAll(since);
        if (failure != null) {
            readAgain(last.batch(), partitions, failure);
        } else if (!applied) {
            startOver(partitions);
        }
        return applied;
    }

    /** As far as is known here nothing of it was applied; where that is wrong, the tables say so when it is tried again. */
    private void readAgain(Batch batch, Collection<TopicPartition> partitions, Throwable failure) {
        log.atWarn()
                .addKeyValue("records", batch.size())
                .addKeyValue("cause", failure.getMessage())
                .log("batch not written, reading it again");
        meters.failed();
        meters.readAgain();
        careful = true;
        batch.spans()
                .forEach((partition, span) ->
                        positions.computeIfPresent(partition, (_, at) -> at == span.to() ? span.from() : at));
        Set<TopicPartition> held = consumer.assignment();
        for (TopicPartition partition : partitions) {
            Long position = positions.get(partition);
            if (position != null && held.contains(partition)) {
                consumer.seek(partition, Math.max(begins.getOrDefault(partition, 0L), position));
            }
        }
    }

    /** What was read and is not applied yet is read again, from the positions stored. */
    private void startOver(Collection<TopicPartition> read) {
        Set<TopicPartition> partitions = new HashSet<>(consumer.assignment());
        partitions.retainAll(read);
        log.atWarn()
                .addKeyValue("partitions", partitions)
                .log("another projector was here, starting from its position");
        meters.startedOver();
        assigned(partitions);
    }

    /** A batch could not be written and has to be delivered again. */
    static final class ProjectionFailed extends RuntimeException {

        private static final long serialVersionUID = 1L;

        ProjectionFailed(SQLException cause) {
            super(cause.getMessage(), cause);
        }
    }
}
