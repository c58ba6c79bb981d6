package dev.triggers.inbox.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.common.problem.ProblemException;
import dev.triggers.inbox.Events;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTest {

    private final Cursor cursor = new Cursor(Events.newOrg(), "inbox ALL *");

    @Test
    void itReadsBackWhatItWrote() {
        assertThat(cursor.read(cursor.at(1234))).isEqualTo(1234);
    }

    @Test
    void aCursorChangedInAnyOneByteIsRefused() {
        byte[] bytes = Base64.getUrlDecoder().decode(cursor.at(1234));
        for (int i = 0; i < bytes.length; i++) {
            byte[] changed = bytes.clone();
            changed[i] ^= 1;
            String text = Base64.getUrlEncoder().withoutPadding().encodeToString(changed);
            assertThatThrownBy(() -> cursor.read(text)).hasMessageStartingWith("invalid_cursor");
        }
    }

    @Test
    void aCursorOfAnotherOrgOrListingIsRefused() {
        String theirs = new Cursor(Events.newOrg(), "inbox ALL *").at(5);
        assertThatThrownBy(() -> cursor.read(theirs)).isInstanceOf(ProblemException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "====", "AAAAAAAAAAAAAAAAAAAAAA", "null", "🙂"})
    void whatIsNoCursorIsRefused(String text) {
        assertThatThrownBy(() -> cursor.read(text)).isInstanceOf(ProblemException.class);
    }
}
