package dev.triggers.common.disposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.common.disposition.Sequences.Range;
import java.util.NavigableSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SequencesTest {

    @Test
    void neighboursJoinIntoOneRange() {
        assertThat(Sequences.of(3, 1, 2, 2, 7).ranges()).containsExactly(new Range(1, 3), new Range(7, 7));
    }

    @Test
    void itIsWrittenAsPostgresWritesAMultirange() {
        assertThat(Sequences.of(1, 2, 3, 7)).hasToString("{[1,4),[7,8)}");
        assertThat(Sequences.NONE).hasToString("{}");
    }

    @Test
    void setsBehaveAsSetsOfNumbersDo() {
        Random random = new Random(11);
        for (int round = 0; round < 2_000; round++) {
            NavigableSet<Long> these = some(random);
            NavigableSet<Long> those = some(random);
            Sequences a = of(these);
            Sequences b = of(those);

            Set<Long> left = new TreeSet<>(these);
            left.removeAll(those);
            long border = random.nextInt(40);

            Set<Long> both = new TreeSet<>(these);
            both.retainAll(those);
            Set<Long> all = new TreeSet<>(these);
            all.addAll(those);

            assertThat(a.minus(b)).isEqualTo(of(left));
            assertThat(a.and(b)).isEqualTo(of(both));
            assertThat(a.plus(b)).isEqualTo(of(all));
            assertThat(a.stream().boxed()).containsExactlyElementsOf(these);
            assertThat(a.lowest(border))
                    .isEqualTo(of(these.stream().limit(border).collect(Collectors.toSet())));
            assertThat(a.above(border)).isEqualTo(of(new TreeSet<>(these.tailSet(border, false))));
            assertThat(a.size()).isEqualTo(these.size());
            assertThat(Sequences.parse(a.toString())).isEqualTo(a);
            for (long n = 1; n <= 41; n++) {
                assertThat(a.contains(n)).isEqualTo(these.contains(n));
            }
        }
    }

    @Test
    void whatIsNotWrittenThatWayIsRefused() {
        assertThatThrownBy(() -> Sequences.parse("[1,2)")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Sequences.parse("{[5,4)}")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Sequences.parse("{[1,4),[3,8)}")).isInstanceOf(IllegalArgumentException.class);
    }

    private static NavigableSet<Long> some(Random random) {
        NavigableSet<Long> numbers = new TreeSet<>();
        int count = random.nextInt(25);
        for (int i = 0; i < count; i++) {
            numbers.add(1L + random.nextInt(40));
        }
        return numbers;
    }

    private static Sequences of(Set<Long> numbers) {
        return Sequences.of(numbers.stream().mapToLong(Long::longValue));
    }
}
