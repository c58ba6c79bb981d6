package dev.triggers.proof.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.common.event.Receipt;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three events of one organisation in one partition, the third without an answer. */
class AccountsTest {

    private static final String ORG = "o";

    private final Accounts accounts = new Accounts();
    private final Receipts receipts = new Receipts();

    @BeforeEach
    void threeInTheLog() {
        for (int i = 0; i < 3; i++) {
            accounts.submitted(0, i, id(i));
        }
        accounts.readTo(0, 3);
        answer(0, id(0));
        answer(1, id(1));
    }

    private static UUID id(int i) {
        return new UUID(7, i);
    }

    private void answer(int offset, UUID id) {
        receipts.add(0, offset, id.getMostSignificantBits(), id.getLeastSignificantBits());
    }

    private void decided() {
        accounts.answered(receipts);
        for (int i = 0; i < 3; i++) {
            accounts.accepted(new Receipt(0, i), ORG, i + 1, id(i));
        }
    }

    private void row(int i) {
        accounts.row(new Receipt(0, i), i + 1, id(i));
    }

    @Test
    void oneRowEachIsBalancedWhereOneAnswerIsUnknown() {
        decided();
        row(0);
        row(1);
        row(2);

        accounts.requireBalanced(1);
        assertThat(accounts.unanswered()).isEqualTo(1);
    }

    @Test
    void aMarkerNeedsNoOutcome() {
        accounts.passed(0, 3);
        accounts.readTo(0, 4);
        decided();
        row(0);
        row(1);
        row(2);

        accounts.requireBalanced(1);
        assertThat(accounts.submissions()).isEqualTo(3);
    }

    @Test
    void aSubmissionThatNobodySentIsFound() {
        decided();
        row(0);
        row(1);
        row(2);

        assertThatThrownBy(() -> accounts.requireBalanced(0)).hasMessageContaining("such as 0-2");
    }

    @Test
    void anAnswerWithoutASubmissionIsFound() {
        answer(7, id(7));
        accounts.answered(receipts);

        assertThatThrownBy(() -> accounts.requireBalanced(1)).hasMessageContaining("0-7: answered with id");
    }

    @Test
    void anAnswerWithAnotherIdIsFound() {
        answer(2, id(9));
        accounts.answered(receipts);

        assertThatThrownBy(() -> accounts.requireBalanced(1)).hasMessageContaining("0-2: answered with id");
    }

    @Test
    void aReceiptThatIsGivenTwiceIsFound() {
        answer(1, id(1));
        accounts.answered(receipts);

        assertThatThrownBy(() -> accounts.requireBalanced(1)).hasMessageContaining("0-1: answered twice");
    }

    @Test
    void anAcceptedEventThatIsNotInTheInboxIsFound() {
        decided();
        row(0);
        row(2);

        assertThatThrownBy(() -> accounts.requireBalanced(1))
                .hasMessageContaining("0-1: accepted, and not in the inbox");
    }

    @Test
    void anEventThatIsInTheInboxTwiceIsFound() {
        decided();
        row(0);
        row(1);
        row(2);
        accounts.row(new Receipt(0, 1), 9, id(1));

        assertThatThrownBy(() -> accounts.requireBalanced(1))
                .hasMessageContaining("0-1: in the inbox a second time, as sequence 9");
    }

    @Test
    void aRowWithAnotherSequenceIsFound() {
        decided();
        row(0);
        row(1);
        accounts.row(new Receipt(0, 2), 4, id(2));

        assertThatThrownBy(() -> accounts.requireBalanced(1)).hasMessageContaining("0-2: in the inbox as 4");
    }

    @Test
    void aSubmissionWithoutAnOutcomeIsFound() {
        accounts.answered(receipts);
        accounts.accepted(new Receipt(0, 0), ORG, 1, id(0));
        accounts.accepted(new Receipt(0, 2), ORG, 2, id(2));
        row(0);
        accounts.row(new Receipt(0, 2), 2, id(2));

        assertThatThrownBy(() -> accounts.requireBalanced(1)).hasMessageContaining("0-1: no outcome");
    }
}
