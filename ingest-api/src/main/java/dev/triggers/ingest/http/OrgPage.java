package dev.triggers.ingest.http;

import dev.triggers.common.event.Limits;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Which page of organisations is asked for: {@code ?limit=&cursor=}. A cursor holds the id a page comes after. */
record OrgPage(Optional<OrgId> after, int limit) {

    private static final int DEFAULT = 100;
    private static final int MOST = 1_000;
    private static final int BYTES = 16;
    private static final List<String> KNOWN = List.of("limit", "cursor");

    static OrgPage of(HttpServletRequest request) {
        Map<String, String[]> parameters = request.getParameterMap();
        parameters.forEach((name, values) -> {
            if (!KNOWN.contains(name) || values.length != 1) {
                throw JsonBody.invalid(Limits.cut(name) + ": unknown or given twice (expected: limit, cursor)");
            }
        });
        return new OrgPage(
                Optional.ofNullable(request.getParameter("cursor")).map(OrgPage::after),
                Optional.ofNullable(request.getParameter("limit"))
                        .map(OrgPage::limit)
                        .orElse(DEFAULT));
    }

    static String cursor(OrgId last) {
        ByteBuffer id = ByteBuffer.allocate(BYTES)
                .putLong(last.value().getMostSignificantBits())
                .putLong(last.value().getLeastSignificantBits());
        return Base64.getUrlEncoder().withoutPadding().encodeToString(id.array());
    }

    private static OrgId after(String cursor) {
        try {
            ByteBuffer id = ByteBuffer.wrap(Base64.getUrlDecoder().decode(cursor));
            if (id.remaining() == BYTES) {
                return new OrgId(new UUID(id.getLong(), id.getLong()));
            }
        } catch (IllegalArgumentException e) {
            // refused below
        }
        throw new ProblemException(
                ProblemCode.INVALID_CURSOR, "cursor: " + Limits.cut(cursor) + " (expected: a next_cursor as it came)");
    }

    private static int limit(String text) {
        if (text.matches("\\d{1,4}")) {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MOST) {
                return limit;
            }
        }
        throw JsonBody.invalid("limit: " + Limits.cut(text) + " (expected: 1 to " + MOST + ")");
    }
}
