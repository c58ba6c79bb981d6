package dev.triggers.inbox.notify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class WebhookSecretTest {

    private static final String KNOWN = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final WebhookSecret SECRET =
            new WebhookSecret(Base64.getDecoder().decode(KNOWN));

    /** The example that the libraries of Standard Webhooks are tested with. */
    @Test
    void itSignsAsStandardWebhooksDoes() {
        assertThat(sign(List.of(SECRET))).isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assertThat(SECRET.reveal()).isEqualTo("whsec_" + KNOWN);
    }

    @Test
    void whileASecretIsRotatedBothSign() {
        WebhookSecret newer = new WebhookSecret(new byte[32]);

        assertThat(sign(List.of(newer, SECRET)))
                .isEqualTo(sign(List.of(newer)) + " " + sign(List.of(SECRET)))
                .contains(" v1,g0hM9");
    }

    @Test
    void itIsNotPrintedAndNotTooShort() {
        assertThat(SECRET).hasToString("whsec_…");
        assertThatThrownBy(() -> new WebhookSecret(new byte[23])).hasMessage("secret: 23 bytes (expected: 24 to 64)");
    }

    private static String sign(List<WebhookSecret> secrets) {
        return WebhookSecret.signatures(
                secrets,
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                Instant.ofEpochSecond(1_614_265_330),
                "{\"test\": 2432232314}".getBytes(UTF_8));
    }
}
