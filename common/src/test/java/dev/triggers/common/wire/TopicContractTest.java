package dev.triggers.common.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.common.disposition.Disposition;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;

/** What the table says of records, against the records that are written. */
class TopicContractTest {

    private static final Map<String, List<Sample>> SAMPLES =
            Sample.all().stream().collect(groupingBy(Sample::message));

    @Test
    void everyKindOfRecordIsWrittenHere() {
        Set<Class<?>> written =
                Sample.all().stream().map(sample -> sample.value().getClass()).collect(toCollection(HashSet::new));

        assertThat(Stream.of(
                                Ingested.class,
                                Accepted.class,
                                Rejected.class,
                                Throttle.class,
                                Disposition.class,
                                DeadLetter.class)
                        .flatMap(TopicContractTest::kinds))
                .as("one of each in Sample.all")
                .containsExactlyInAnyOrderElementsOf(written);
        assertThat(Sample.all().stream()
                        .filter(sample -> sample.value() instanceof Rejected)
                        .map(sample -> ((Rejected) sample.value()).outcome()))
                .contains(Arrays.stream(Outcome.values())
                        .filter(outcome -> outcome != Outcome.ACCEPTED)
                        .toArray(Outcome[]::new));
    }

    private static Stream<Class<?>> kinds(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(TopicContractTest::kinds)
                : Stream.of(type);
    }

    @Test
    void everyMessageIsWrittenHereUnderItsTopicAndNoOther() {
        assertThat(Sample.all().stream()
                        .map(sample -> sample.topic().name() + " " + sample.message())
                        .distinct())
                .containsExactlyInAnyOrderElementsOf(Topics.all().stream()
                        .flatMap(topic -> topic.contract().messages().stream()
                                .map(message -> topic.name() + " " + message.name()))
                        .toList());
    }

    @Test
    void everyHeaderThatIsWrittenIsInTheTableAndNoOther() {
        assertThat(messages()).allSatisfy(message -> {
            Set<String> written = new TreeSet<>();
            samples(message).forEach(sample -> written.addAll(headers(sample, message)));
            assertThat(written)
                    .as(message.name())
                    .containsExactlyInAnyOrderElementsOf(
                            message.headers().stream().map(HeaderContract::name).toList());
        });
    }

    @Test
    void whatIsAlwaysThereIsInEveryRecordAndWhatIsNotIsMissingInOne() {
        assertThat(messages()).allSatisfy(message -> {
            Set<String> always = new TreeSet<>(
                    message.headers().stream().map(HeaderContract::name).toList());
            samples(message).forEach(sample -> always.retainAll(headers(sample, message)));
            assertThat(always)
                    .as(message.name())
                    .containsExactlyInAnyOrderElementsOf(message.headers().stream()
                            .filter(HeaderContract::always)
                            .map(HeaderContract::name)
                            .toList());
        });
    }

    @Test
    void noHeaderStandsTwiceInARecord() {
        assertThat(Sample.all())
                .allSatisfy(sample -> assertThat(
                                Arrays.stream(sample.record().headers().toArray())
                                        .map(Header::key))
                        .doesNotHaveDuplicates());
    }

    private static List<MessageContract> messages() {
        return Topics.all().stream()
                .flatMap(topic -> topic.contract().messages().stream())
                .toList();
    }

    private static List<Sample> samples(MessageContract message) {
        return SAMPLES.getOrDefault(message.name(), List.of());
    }

    /** The names of a record's headers as the table has them: those with names of others' as a pattern. */
    private static Set<String> headers(Sample sample, MessageContract message) {
        Set<String> known = message.headers().stream().map(HeaderContract::name).collect(toCollection(HashSet::new));
        Set<String> names = new TreeSet<>();
        for (Header header : sample.record().headers()) {
            String name = header.key();
            assertThat(new String(header.value(), UTF_8).getBytes(UTF_8))
                    .as(name)
                    .isEqualTo(header.value());
            if (known.contains(name)) {
                names.add(name);
            } else if (known.contains(HeaderContract.ORIGINAL)) {
                names.add(HeaderContract.ORIGINAL);
            } else if (name.startsWith(HeaderNames.CE) && !name.startsWith(HeaderNames.CE + HeaderNames.OURS)) {
                names.add(HeaderContract.EXTENSION);
            } else {
                names.add(name);
            }
        }
        return names;
    }
}
