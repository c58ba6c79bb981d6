package dev.triggers.proof.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.URI;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Pages of an inbox, the first and those far behind it: whether they cost the same however many rows stand there. */
final class Pages implements Scenario {

    private static final int SMALL_ROWS = 10_000;
    private static final int ROWS = 1_000_000;
    private static final int SECONDS = 8;
    private static final Duration WARM_UP = Duration.ofSeconds(3);
    private static final double PER_SECOND = 200;
    private static final int CONNECTIONS = 8;
    private static final int WALKED_PAGE = 1_000;
    private static final byte[] NEXT = "\"next_cursor\":\"".getBytes(US_ASCII);

    private record Run(int round, int rows, Tally tally) {}

    @Override
    public String name() {
        return "pages";
    }

    @Override
    public String group() {
        return "inbox";
    }

    @Override
    public String what() {
        return "GET /v1/inbox, a page of 100, with 10,000 and with 1,000,000 rows behind it";
    }

    @Override
    public Findings run(Bench bench) throws Exception {
        int rounds = bench.options().rounds();
        bench.progress().begin(name(), 2 * rounds + 2);
        Pipeline pipeline = bench.pipeline();
        List<Org> orgs = pipeline.orgs(2);
        int[] rows = {bench.many(SMALL_ROWS), bench.options().rows(ROWS)};
        try (Backlog backlog = new Backlog(bench.kafka());
                Connection connection = pipeline.connect()) {
            bench.progress().step("rows");
            for (int i = 0; i < rows.length; i++) {
                Org org = orgs.get(i);
                backlog.fill(rows[i], _ -> org.id());
            }
            URI inbox = pipeline.projector().address();
            backlog.awaitProjected(connection);
            List<Requests> pages = List.of(pages(inbox, orgs.get(0)), pages(inbox, orgs.get(1)));
            List<Run> runs = new ArrayList<>();
            for (int round = 1; round <= rounds; round++) {
                for (int i = 0; i < rows.length; i++) {
                    int which = round % 2 == 1 ? i : 1 - i;
                    bench.progress().step("round " + round + ": " + rows[which] + " rows");
                    runs.add(new Run(round, rows[which], read(bench, inbox, pages.get(which))));
                }
            }
            return findings(bench, rows, runs);
        }
    }

    private static Tally read(Bench bench, URI inbox, Requests pages) throws IOException {
        return OpenLoad.run(
                        inbox,
                        pages,
                        new OpenLoad.Size(CONNECTIONS, PER_SECOND, bench.shorter(WARM_UP), bench.seconds(SECONDS)))
                .requireAllTaken();
    }

    /** The first page, and one at each step of a walk through all of the inbox, in turns. */
    private static Requests pages(URI inbox, Org org) throws IOException {
        List<byte[]> pages = new ArrayList<>();
        pages.add(page(inbox, org, "limit=100"));
        Conversations.run(inbox, List.of(new Walk(inbox, org, pages)));
        return number -> pages.get((int) (number % pages.size()));
    }

    private static byte[] page(URI inbox, Org org, String query) {
        return RequestTemplate.get(inbox, "/v1/inbox?" + query, org.headers()).bytes();
    }

    /** Goes from page to page to the end, and notes where each begins. */
    private record Walk(URI inbox, Org org, List<byte[]> pages) implements Conversations.Consumer {

        @Override
        public byte @Nullable [] next(@Nullable AnswerReader answer) {
            if (answer == null) {
                return page(inbox, org, "limit=" + WALKED_PAGE);
            }
            Optional<String> cursor = Answers.text(Answers.requireOk(answer), NEXT);
            cursor.ifPresent(at -> pages.add(page(inbox, org, "limit=100&cursor=" + at)));
            return cursor.map(at -> page(inbox, org, "limit=" + WALKED_PAGE + "&cursor=" + at))
                    .orElse(null);
        }
    }

    private static Findings findings(Bench bench, int[] sizes, List<Run> runs) {
        List<List<Object>> rows = new ArrayList<>();
        for (int size : sizes) {
            rows.add(List.of(size, spread(runs, size, 50), spread(runs, size, 99), spread(runs, size, 99.9)));
        }
        Table table = new Table(
                "Pages",
                "%,.0f pages of 100 a second, open loop, from all over the inbox; median of %d rounds (least–most) of %d s."
                        .formatted(
                                PER_SECOND,
                                bench.options().rounds(),
                                bench.seconds(SECONDS).toSeconds()),
                List.of("rows", "p50, ms", "p99, ms", "p99.9, ms"),
                rows);
        Table each = new Table(
                "Pages, every run",
                "",
                List.of("round", "rows", "pages_per_s", "p50_ms", "p99_ms", "p999_ms"),
                runs.stream()
                        .map(run -> List.<Object>of(
                                run.round(),
                                run.rows(),
                                run.tally().perSecond(),
                                run.tally().millis(50),
                                run.tally().millis(99),
                                run.tally().millis(99.9)))
                        .toList());
        return new Findings(List.of(table), each);
    }

    private static Spread spread(List<Run> runs, int rows, double percentile) {
        return Spread.of(runs.stream()
                .filter(run -> run.rows() == rows)
                .map(run -> run.tally().millis(percentile))
                .toList());
    }
}
