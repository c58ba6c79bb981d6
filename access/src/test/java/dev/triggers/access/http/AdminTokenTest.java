package dev.triggers.access.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AdminTokenTest {

    @Test
    void eitherOfTwoTokensIsGood() {
        AdminToken token = new AdminToken(List.of("the-old-admin-token", "the-new-admin-token"));

        assertThat(token.matches("the-old-admin-token")).isTrue();
        assertThat(token.matches("the-new-admin-token")).isTrue();
        assertThat(token.matches("the-new-admin-toke")).isFalse();
        assertThat(token.matches("")).isFalse();
    }

    @Test
    void withNoTokenNobodyIsTheOperator() {
        assertThat(new AdminToken(List.of()).matches("")).isFalse();
    }

    @Test
    void noTokenIsPrinted() {
        assertThat(new AdminToken(List.of("the-admin-token"))).hasToString("1 tokens");
    }
}
