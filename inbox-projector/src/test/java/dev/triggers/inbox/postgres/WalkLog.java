package dev.triggers.inbox.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.disposition.Disposition.Began;
import dev.triggers.common.disposition.Disposition.Paused;
import dev.triggers.common.disposition.Disposition.Resumed;
import dev.triggers.common.disposition.Disposition.Stamp;
import dev.triggers.common.disposition.Disposition.Stamped;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.wire.Accepted;
import dev.triggers.common.wire.Marker;
import dev.triggers.common.wire.Topic;
import dev.triggers.common.wire.Topics;
import dev.triggers.inbox.DispositionLog;
import dev.triggers.inbox.Events;
import dev.triggers.inbox.MarkerLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Utils;

/**
 * One organisation's part of a real log. What requests append to it is taken, or not, or taken without an answer. The
 * processor is played: it reads the markers, gives events their sequences and writes both in transactions, which it leaves
 * open for a while or aborts.
 */
final class WalkLog implements DispositionLog, MarkerLog, AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int ONE_IN = 25;

    final TopicPartition accepted;
    final TopicPartition dispositions;

    private final WalkBroker broker;
    private final OrgId org;
    private final Random random;
    private final KafkaConsumer<byte[], byte[]> markers;

    /** All decisions in the order in which they stand in the log, those of an open transaction among them. */
    private final List<Disposition> decisions = new ArrayList<>();

    private final List<Accepted> events = new ArrayList<>();
    /** Where the events stand. */
    private final NavigableSet<Long> eventOffsets = new TreeSet<>();
    /** Where the first decisions stand, as far as any projector has read them. */
    private final NavigableSet<Long> decisionOffsets = new TreeSet<>();

    private final List<Disposition> taken = new ArrayList<>();
    private final List<Disposition> withdrawn = new ArrayList<>();
    private int markersWaiting;
    private boolean deciding;
    private final List<Future<RecordMetadata>> open = new ArrayList<>();
    private final List<Accepted> openEvents = new ArrayList<>();
    private final List<Stamped> openStamps = new ArrayList<>();

    WalkLog(WalkBroker broker, OrgId org, Random random) {
        this.broker = broker;
        this.org = org;
        this.random = random;
        this.accepted = partition(Topics.ACCEPTED);
        this.dispositions = partition(Topics.DISPOSITIONS);
        this.markers = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        broker.bootstrap(),
                        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                        10,
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        TopicPartition ingested = partition(Topics.INGESTED);
        markers.assign(List.of(ingested));
        markers.seekToEnd(List.of(ingested));
        markers.position(ingested);
    }

    private TopicPartition partition(Topic<OrgId, ?> topic) {
        byte[] key = Topics.ORG_ID.serializer().serialize(topic.name(), org);
        return new TopicPartition(topic.name(), Utils.toPositive(Utils.murmur2(key)) % broker.partitions(topic.name()));
    }

    // -- as requests see it

    @Override
    public void append(Disposition disposition) {
        int luck = random.nextInt(ONE_IN);
        if (luck != 0) {
            broker.dispositions().append(disposition);
            decisions.add(disposition);
            taken.add(disposition);
        }
        if (luck <= 1) {
            throw new Unavailable("a fault of the test", new IllegalStateException());
        }
    }

    @Override
    public void append(Marker marker) {
        int luck = random.nextInt(ONE_IN);
        if (luck != 0) {
            broker.markers().append(marker);
            markersWaiting++;
        }
        if (luck <= 1) {
            throw new Unavailable("a fault of the test", new IllegalStateException());
        }
    }

    /** What came to stand in the log since this was asked last. */
    List<Disposition> takenSince() {
        List<Disposition> since = List.copyOf(taken);
        taken.clear();
        return since;
    }

    /** What an aborted transaction has taken back since this was asked last. */
    List<Disposition> withdrawnSince() {
        List<Disposition> since = List.copyOf(withdrawn);
        withdrawn.clear();
        return since;
    }

    // -- the processor

    /** Accepts so many events and stamps some of the markers, in a transaction that it ends or leaves open. */
    void decide(int more) {
        if (!deciding) {
            broker.processor().beginTransaction();
            deciding = true;
        }
        for (int i = 0; i < more; i++) {
            Accepted event = Events.accepted(org, sequence() + 1);
            openEvents.add(event);
            open.add(broker.processor().send(Topics.ACCEPTED.record(org, event)));
        }
        for (Marker marker : readMarkers(random.nextInt(markersWaiting + 1))) {
            Stamped stamp = stamped(marker);
            openStamps.add(stamp);
            decisions.add(stamp);
            taken.add(stamp);
            await(broker.processor().send(Topics.DISPOSITIONS.record(org, stamp)));
        }
        switch (random.nextInt(8)) {
            case 0, 1 -> broker.processor().flush();
            case 2 -> abort();
            default -> commit();
        }
    }

    private long sequence() {
        return (long) events.size() + openEvents.size();
    }

    private Stamped stamped(Marker marker) {
        Stamp stamp = new Stamp(
                marker.number(), sequence(), new Receipt(0, broker.nextReceipt()), Events.START, Events.START);
        return switch (marker.kind()) {
            case BEGAN -> new Began(org, marker.inbox(), marker.start(), stamp);
            case PAUSED -> new Paused(org, marker.inbox(), stamp);
            case RESUMED -> new Resumed(org, marker.inbox(), stamp);
        };
    }

    private List<Marker> readMarkers(int count) {
        List<Marker> read = new ArrayList<>();
        TopicPartition partition = markers.assignment().iterator().next();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (read.size() < count) {
            assertThat(System.nanoTime()).as("%d markers can be read", count).isLessThan(end);
            for (ConsumerRecord<byte[], byte[]> record : markers.poll(POLL)) {
                if (read.size() < count) {
                    read.add((Marker) Topics.INGESTED.read(record));
                    markers.seek(partition, record.offset() + 1);
                }
            }
        }
        markersWaiting -= count;
        return read;
    }

    /** What it had decided is decided: events have their places. */
    void commit() {
        if (deciding) {
            broker.processor().commitTransaction();
            open.forEach(sent -> eventOffsets.add(await(sent).offset()));
            events.addAll(openEvents);
            ended();
        }
    }

    /** Nothing of it was decided. Its markers come again. */
    private void abort() {
        broker.processor().abortTransaction();
        decisions.removeAll(openStamps);
        withdrawn.addAll(openStamps);
        markersWaiting += openStamps.size();
        markers.assignment()
                .forEach(partition -> markers.seek(partition, markers.position(partition) - openStamps.size()));
        ended();
    }

    private void ended() {
        deciding = false;
        open.clear();
        openEvents.clear();
        openStamps.clear();
    }

    private static RecordMetadata await(Future<RecordMetadata> sent) {
        try {
            return sent.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    // -- as projectors see it

    /** A projector has read it. */
    void seen(ConsumerRecord<byte[], byte[]> record) {
        if (record.topic().equals(dispositions.topic())
                && (decisionOffsets.isEmpty() || record.offset() > decisionOffsets.last())) {
            decisionOffsets.add(record.offset());
        }
    }

    /** Committed events from a position of the topic on. */
    int eventsFrom(long offset) {
        return eventOffsets.tailSet(offset, true).size();
    }

    /** Decisions from a position of the topic on; none behind an open transaction. */
    int decisionsFrom(long offset) {
        int visible = openStamps.isEmpty() ? decisions.size() : decisions.indexOf(openStamps.getFirst());
        return visible - decisionsBelow(offset);
    }

    int eventsBelow(long offset) {
        return eventOffsets.headSet(offset, false).size();
    }

    int decisionsBelow(long offset) {
        return decisionOffsets.headSet(offset, false).size();
    }

    Accepted event(int index) {
        return events.get(index);
    }

    Disposition decision(int index) {
        return decisions.get(index);
    }

    @Override
    public void close() {
        if (deciding) {
            broker.processor().abortTransaction();
        }
        markers.close();
    }
}
