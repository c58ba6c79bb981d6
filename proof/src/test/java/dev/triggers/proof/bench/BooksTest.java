package dev.triggers.proof.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.common.event.Receipt;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BooksTest {

    private final Books books = new Books();

    @Test
    void oneOutcomeEachIsBalanced() {
        books.accepted(new Receipt(0, 0), "a", 1);
        books.accepted(new Receipt(0, 1), "b", 1);
        books.rejected(new Receipt(1, 0), "duplicate");
        books.accepted(new Receipt(0, 2), "a", 2);

        books.requireBalanced(Map.of(0, 3L, 1, 1L, 2, 0L));
        assertThat(books.outcomes()).isEqualTo(Map.of("accepted", 3L, "duplicate", 1L));
        assertThat(books.arrived()).isEqualTo(4);
    }

    @Test
    void aSubmissionWithoutAnOutcomeIsFound() {
        books.accepted(new Receipt(0, 0), "a", 1);
        books.accepted(new Receipt(0, 2), "a", 2);

        assertThatThrownBy(() -> books.requireBalanced(Map.of(0, 3L))).hasMessageContaining("0-1: no outcome");
    }

    @Test
    void aPartitionWithoutAnyOutcomeIsFound() {
        assertThatThrownBy(() -> books.requireBalanced(Map.of(3, 1L))).hasMessageContaining("3-0: no outcome");
    }

    @Test
    void aSecondOutcomeIsFound() {
        books.accepted(new Receipt(0, 0), "a", 1);
        books.rejected(new Receipt(0, 0), "duplicate");

        assertThatThrownBy(() -> books.requireBalanced(Map.of(0, 1L))).hasMessageContaining("0-0: a second outcome");
    }

    @Test
    void anOutcomeOfNothingIsFound() {
        books.accepted(new Receipt(0, 0), "a", 1);
        books.accepted(new Receipt(0, 1), "a", 2);

        assertThatThrownBy(() -> books.requireBalanced(Map.of(0, 1L)))
                .hasMessageContaining("0-1: an outcome of nothing");
    }

    @Test
    void aGapInASequenceIsFound() {
        books.accepted(new Receipt(0, 0), "a", 1);
        books.accepted(new Receipt(0, 1), "a", 3);

        assertThatThrownBy(() -> books.requireBalanced(Map.of(0, 2L)))
                .hasMessageContaining("0-1 of a: sequence 3 (expected: 2)");
    }
}
