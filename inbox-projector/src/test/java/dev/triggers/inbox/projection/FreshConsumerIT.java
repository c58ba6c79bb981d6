package dev.triggers.inbox.projection;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.wire.FreshConsumer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A group of fresh consumers on a real broker, whose members come and go while records come. */
@ExtendWith(RealBackendsExtension.class)
class FreshConsumerIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int PARTITIONS = 4;
    private static final int CHANGES = 6;

    private final String kafka;
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();

    FreshConsumerIT(RealBackends real) {
        kafka = real.kafkaBootstrap();
    }

    @ParameterizedTest
    @ValueSource(classes = {RangeAssignor.class, CooperativeStickyAssignor.class})
    void everyRecordIsReadOnceAndInOrderWhileMembersComeAndGo(Class<?> assignor) throws Exception {
        String topic = "fresh-it-" + assignor.getSimpleName();
        create(topic);
        Deque<Member> members = new ArrayDeque<>();
        try (Feeder feeder = new Feeder(topic)) {
            members.add(new Member(topic, assignor));
            for (int change = 0; change < CHANGES; change++) {
                members.add(new Member(topic, assignor));
                awaitAllAtWork(members);
                if (members.size() > 2) {
                    members.remove().close();
                }
            }
            long all = feeder.stop();
            await().atMost(SOON).until(() -> seen.size() >= all || !faults.isEmpty());
            assertThat(faults).isEmpty();
            assertThat(seen).hasSize(Math.toIntExact(all));
        } finally {
            members.forEach(Member::close);
        }
    }

    private void awaitAllAtWork(Collection<Member> members) {
        members.forEach(member -> member.batches.set(0));
        await().atMost(SOON)
                .until(() -> !faults.isEmpty() || members.stream().allMatch(member -> member.batches.get() > 5));
    }

    private void create(String topic) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
            admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1)))
                    .all()
                    .get(30, SECONDS);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Appends as fast as it is confirmed, one by one, until it is stopped. */
    private final class Feeder implements AutoCloseable {

        private final KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka, "linger.ms", 0),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        private final Thread thread;
        private volatile boolean stopped;
        private long sent;

        Feeder(String topic) {
            thread = Thread.ofVirtual().start(() -> {
                try {
                    while (!stopped) {
                        producer.send(new ProducerRecord<>(topic, (int) (sent % PARTITIONS), null, new byte[10]))
                                .get();
                        sent++;
                    }
                } catch (Exception e) {
                    faults.add("not appended: " + e);
                }
            });
        }

        /** How many it appended. */
        long stop() {
            stopped = true;
            join(thread);
            return sent;
        }

        @Override
        public void close() {
            stop();
            producer.close();
        }
    }

    /** Commits what it read before it polls again, or at the latest when its partitions are taken away. */
    private final class Member implements ConsumerRebalanceListener, AutoCloseable {

        private final FreshConsumer consumer;
        private final Thread thread;
        private final Map<TopicPartition, Long> next = new HashMap<>();
        private final Map<TopicPartition, OffsetAndMetadata> uncommitted = new HashMap<>();
        private volatile boolean stopped;
        final AtomicInteger batches = new AtomicInteger();

        Member(String topic, Class<?> assignor) {
            consumer = new FreshConsumer(Map.of(
                    ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                    kafka,
                    ConsumerConfig.GROUP_ID_CONFIG,
                    topic,
                    ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                    false,
                    ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                    "earliest",
                    ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                    200,
                    ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                    assignor.getName()));
            thread = Thread.ofPlatform().daemon().start(() -> run(topic));
        }

        private void run(String topic) {
            try (consumer) {
                consumer.subscribe(List.of(topic), this);
                while (!stopped) {
                    ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(100));
                    records.forEach(this::read);
                    if (!records.isEmpty()) {
                        commit();
                        batches.incrementAndGet();
                    }
                }
            } catch (RuntimeException e) {
                faults.add("member failed: " + e);
            }
        }

        private void read(ConsumerRecord<byte[], byte[]> record) {
            TopicPartition partition = new TopicPartition(record.topic(), record.partition());
            Long expected = next.put(partition, record.offset() + 1);
            if (expected == null || expected != record.offset()) {
                faults.add("offset: " + record.offset() + " of " + partition + " (expected: " + expected + ")");
            }
            if (!seen.add(partition + "@" + record.offset())) {
                faults.add("read twice: " + partition + "@" + record.offset());
            }
            uncommitted.put(partition, new OffsetAndMetadata(record.offset() + 1));
        }

        private void commit() {
            try {
                consumer.commitSync(uncommitted);
                uncommitted.clear();
            } catch (RebalanceInProgressException e) {
                // The next poll takes part in it, and asks for what is uncommitted first.
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            consumer.commitSync(uncommitted);
            uncommitted.clear();
            partitions.forEach(next::remove);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            faults.add("lost: " + partitions);
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            partitions.forEach(partition -> next.put(partition, consumer.position(partition)));
        }

        @Override
        public void close() {
            stopped = true;
            join(thread);
        }
    }
}
