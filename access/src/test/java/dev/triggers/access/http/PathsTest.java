package dev.triggers.access.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/livez",
                "/readyz",
                "/metrics",
                "/problems/not_found",
                "/problems",
                "/console",
                "/console/app.js"
            })
    void whatIsAboutTheServiceIsOpen(String path) {
        assertThat(Paths.DEFAULT.isOpen(path)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/events", "/livezz", "/livez/../v1/events", "/livez;/../v1/events", "/livez/%2e%2e/v1/events",
                "//livez", "/", "", "/problemsandmore", "/LIVEZ"
            })
    void whatOnlyLooksOpenIsNot(String path) {
        assertThat(Paths.DEFAULT.isOpen(path)).isFalse();
    }

    @Test
    void organisationsAreTheOperators() {
        assertThat(Paths.DEFAULT.isAdmin("/v1/orgs")).isTrue();
        assertThat(Paths.DEFAULT.isAdmin("/v1/orgs/0")).isTrue();
        assertThat(Paths.DEFAULT.isAdmin("/v1/orgsandmore")).isFalse();
    }
}
