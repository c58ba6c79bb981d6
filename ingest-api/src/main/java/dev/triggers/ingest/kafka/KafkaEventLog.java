package dev.triggers.ingest.kafka;

import dev.triggers.common.event.Receipt;
import dev.triggers.common.wire.Submission;
import dev.triggers.common.wire.TopicCreation;
import dev.triggers.common.wire.Topics;
import dev.triggers.ingest.AppendFailure;
import dev.triggers.ingest.EventLog;
import dev.triggers.ingest.LogUnavailable;
import dev.triggers.ingest.OutcomeUnknown;
import dev.triggers.ingest.SubmissionTooLarge;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code triggers.ingested} behind one producer. It opens in the background and for ever tries again: topics that are
 * missing are created, the topic's metadata is read, and only then is anything sent, so that no broker makes up a topic
 * with settings of its own. Until then an append is {@link LogUnavailable} at once.
 */
public final class KafkaEventLog implements EventLog, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(KafkaEventLog.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final KafkaLogSettings settings;
    private final Thread opening =
            Thread.ofPlatform().daemon().name("event-log-opening").unstarted(this::openForEver);
    private volatile @Nullable Producer<byte[], byte[]> producer;
    private volatile boolean failing;
    private volatile List<String> topicDeviations = List.of();

    public KafkaEventLog(KafkaLogSettings settings) {
        this.settings = settings;
    }

    /** Begins to open, and does not wait for it. */
    public void start() {
        opening.start();
    }

    /** Whether the topic's metadata was seen. It stays so when Kafka goes away. */
    public boolean open() {
        return producer != null;
    }

    /** Whether the last append failed. */
    public boolean failing() {
        return failing;
    }

    /** Where topics that were there are not what they should be; as of the opening. */
    public List<String> topicDeviations() {
        return topicDeviations;
    }

    @Override
    public CompletableFuture<Receipt> append(Submission submission) {
        Producer<byte[], byte[]> open = producer;
        if (open == null) {
            return CompletableFuture.failedFuture(new LogUnavailable("the topic was not seen yet", null));
        }
        ProducerRecord<byte[], byte[]> record =
                Topics.INGESTED.record(submission.event().org(), submission);
        Append append = new Append(Thread.currentThread());
        try {
            var _ = open.send(record, append);
        } catch (KafkaException | IllegalStateException e) {
            append.fail(new LogUnavailable("the producer refused", e));
        }
        return append.receipt;
    }

    /** Waits for what is under way as long as an append may take. */
    @Override
    public void close() {
        stopOpening();
        Producer<byte[], byte[]> open = producer;
        if (open != null) {
            open.close(settings.longestAppend());
        }
    }

    private void stopOpening() {
        opening.interrupt();
        try {
            opening.join(settings.longestAppend());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void openForEver() {
        Duration pause = FIRST_PAUSE;
        try {
            while (!opened()) {
                Thread.sleep(pause);
                Duration twice = pause.multipliedBy(2);
                pause = twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean opened() throws InterruptedException {
        try (Admin admin = Admin.create(settings.admin())) {
            topicDeviations =
                    new TopicCreation(admin, settings.partitions(), settings.replicationFactor()).ensure(Topics.all());
            admin.describeTopics(List.of(Topics.INGESTED.name()))
                    .allTopicNames()
                    .get(settings.longestAppend().toMillis(), TimeUnit.MILLISECONDS);
            producer = warm(
                    new KafkaProducer<>(settings.producer(), new ByteArraySerializer(), new ByteArraySerializer()));
            log.atInfo().log("The log is open");
            return true;
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            log.atWarn().addKeyValue("reason", e.toString()).log("The log could not be opened");
            return false;
        }
    }

    /** Lets the producer learn the topic before the first append needs it. */
    private static Producer<byte[], byte[]> warm(Producer<byte[], byte[]> fresh) {
        try {
            fresh.partitionsFor(Topics.INGESTED.name());
            return fresh;
        } catch (KafkaException e) {
            fresh.close(Duration.ZERO);
            throw e;
        }
    }

    /**
     * One append under way. What fails in the sender's own thread was never put in a buffer, so nothing was stored;
     * what fails later may have reached a broker.
     */
    private final class Append implements Callback {

        private final CompletableFuture<Receipt> receipt = new CompletableFuture<>();
        private final Thread sender;

        private Append(Thread sender) {
            this.sender = sender;
        }

        @Override
        public void onCompletion(RecordMetadata metadata, @Nullable Exception failure) {
            if (failure != null) {
                fail(reason(failure));
            } else if (!metadata.hasOffset()) {
                fail(new OutcomeUnknown("the broker did not say where", null));
            } else {
                failing = false;
                receipt.complete(new Receipt(metadata.partition(), metadata.offset()));
            }
        }

        private AppendFailure reason(Exception failure) {
            if (failure instanceof RecordTooLargeException) {
                return new SubmissionTooLarge("the record is too large", failure);
            }
            return Thread.currentThread() == sender
                    ? new LogUnavailable("the record was not buffered", failure)
                    : new OutcomeUnknown("the brokers did not confirm", failure);
        }

        private void fail(AppendFailure failure) {
            if (!(failure instanceof SubmissionTooLarge)) {
                failing = true;
            }
            receipt.completeExceptionally(failure);
        }
    }
}
