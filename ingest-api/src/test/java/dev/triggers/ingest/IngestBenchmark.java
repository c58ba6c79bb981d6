package dev.triggers.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triggers.access.Caller;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.limit.Plan;
import dev.triggers.common.limit.RateLimit.PerMinute;
import dev.triggers.common.wire.Submission;
import dev.triggers.common.wire.Topics;
import java.time.InstantSource;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What ingest does of a POST between the socket and the producer. */
@State(Scope.Benchmark)
public class IngestBenchmark {

    private static final int ITEMS_OF_16_KIB = 250;

    private final byte[] small = ours("");
    private final byte[] large = ours(",\"more\":[" + items() + "]");
    private final byte[] cloudEvent = """
            {"specversion":"1.0","id":"order-2026-000123","source":"https://shop.example/checkout",\
            "type":"order.created","time":"2026-11-23T08:00:00.123Z","subject":"order-123",\
            "data":{"order":1234,"customer":"Zoë Müller","street":"Straße des 17. Juni 135"}}""".getBytes(UTF_8);

    private final InstantSource clock = InstantSource.system();
    private final Caller caller = new Caller(
            OrgId.parse("0197a2c4-8f00-7000-8000-000000000001"),
            "abcdefgh",
            Set.of(dev.triggers.access.Scope.EVENTS_WRITE),
            new Plan(1, new PerMinute(1_000_000_000, 1_000_000_000)),
            false,
            Optional.empty(),
            1);
    private final LocalBudgets budgets = new LocalBudgets(clock, 1_000);
    private final Encoding log = new Encoding();
    private final EventIngestor ingestor = new EventIngestor(log, budgets, clock);
    private final Submissions submissions = new Submissions(clock);
    private final EventBody body = EventParser.parse(small);

    private static byte[] ours(String more) {
        return """
                {"type":"order.created","source":"/shop","subject":"order-123","dedup_id":"order-2026-000123",\
                "data":{"order":1234,"customer":"Zoë Müller","street":"Straße des 17. Juni 135"%s}}""".formatted(more).getBytes(UTF_8);
    }

    private static String items() {
        return String.join(
                ",",
                Collections.nCopies(
                        ITEMS_OF_16_KIB,
                        "{\"sku\":\"A-1001\",\"count\":2,\"price\":9.00,\"gift\":true,\"note\":\"\"}"));
    }

    /** A body of 200 bytes, checked and taken apart. */
    @Benchmark
    public EventBody parseSmall() {
        return EventParser.parse(small);
    }

    /** A body of 16 KiB. */
    @Benchmark
    public EventBody parseLarge() {
        return EventParser.parse(large);
    }

    @Benchmark
    public EventBody parseCloudEvent() {
        return EventFormat.CLOUDEVENT.parse(cloudEvent, cloudEvent.length);
    }

    /** The event named and completed. */
    @Benchmark
    public Submission submission() {
        return submissions.single(caller, body, Context.NONE);
    }

    /** One event of a limited org's budget. */
    @Benchmark
    public Budgets.Grant budget() {
        return budgets.take(caller, 1);
    }

    /** All of it, down to the record that the producer is given. */
    @Benchmark
    public EventId receive() {
        return ingestor.receive(caller, EventParser.parse(small), Context.NONE).id();
    }

    /** A log that is there at once, but for the record that it makes of a submission. */
    private static final class Encoding implements EventLog {

        private long offset;

        @Override
        public CompletableFuture<Receipt> append(Submission submission) {
            ProducerRecord<byte[], byte[]> record =
                    Topics.INGESTED.record(submission.event().org(), submission);
            return CompletableFuture.completedFuture(new Receipt(record.key().length % 12, ++offset));
        }
    }
}
