package dev.triggers.openapi;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Optional;

/** The shape of every error: RFC 9457, and the same once more as a list. */
@Schema(name = "Problem", description = "RFC 9457; the same members stand once more in errors.")
record ProblemDocument(
        @Schema(
                format = "uri-reference",
                description = "Leads to a page that says what to do.",
                example = "/problems/invalid_event")
        String type,

        @Schema(description = "For programs. More may come.", example = "invalid_event")
        String code,

        String title,

        @Schema(description = "For people: name: actual (expected: rule). Not to be parsed.")
        String detail,

        @Schema(minimum = "400", maximum = "599") int status,

        @Schema(description = "Of inbox_paused: as a lease has it.")
        Optional<MessagesApi.InboxAttributes> inboxAttributes,

        List<ProblemError> errors) {

    record ProblemError(String code, String title, String detail, int status) {}
}
