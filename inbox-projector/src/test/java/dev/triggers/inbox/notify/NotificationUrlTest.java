package dev.triggers.inbox.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NotificationUrlTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.com/hooks?a=b%20c",
                "https://example.com:8443",
                "HTTPS://EXAMPLE.com/",
                "https://8.8.8.8/hook",
                "https://[2606:4700:4700::1111]/hook"
            })
    void anHttpsAddressIsFine(String url) {
        assertThat(NotificationUrl.parse(url).value()).hasToString(url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "http://example.com/",
                "ftp://example.com/",
                "example.com",
                "//example.com/",
                "https:///hook",
                "https:example.com",
                "https://user:secret@example.com/",
                "https://example.com/#part",
                "https://exam ple.com/",
                "https://127.0.0.1/",
                "https://127.0.0.1:8443/",
                "https://169.254.169.254/latest/meta-data",
                "https://[::1]/",
                "https://[::ffff:10.0.0.1]/",
                "https://[fd00:ec2::254]/",
                "https://2130706433/",
                "https://127.1/"
            })
    void anythingElseIsNot(String url) {
        assertThatThrownBy(() -> NotificationUrl.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("notification_url: ");
    }

    @Test
    void itHasABound() {
        String longest = "https://example.com/" + "a".repeat(2_048 - 20);

        assertThat(NotificationUrl.parse(longest).value()).hasToString(longest);
        assertThatThrownBy(() -> NotificationUrl.parse(longest + "a")).hasMessageContaining("2049 characters");
    }
}
