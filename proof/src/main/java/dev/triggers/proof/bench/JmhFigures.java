package dev.triggers.proof.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code ./triggers bench jmh}: what JMH wrote with {@code -rf json}, as a table. Time per call with its error, and what is allocated. */
public final class JmhFigures {

    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private JmhFigures() {}

    /**
     * Prints the table.
     *
     * @param words JMH's file
     */
    public static void main(String[] words) {
        JsonNode results = JsonMapper.shared().readTree(Path.of(words[0]));
        System.out.println(table(results).markdown());
    }

    static Table table(JsonNode results) {
        List<List<Object>> rows = new ArrayList<>();
        for (JsonNode result : results) {
            JsonNode time = result.get("primaryMetric");
            JsonNode allocated = result.get("secondaryMetrics").path(ALLOCATED);
            rows.add(List.of(
                    name(result.get("benchmark").asString()),
                    time.get("score").asDouble(),
                    time.get("scoreError").asDouble(0),
                    Math.round(allocated.path("score").asDouble(0))));
        }
        rows.sort(Comparator.comparing(row -> (String) row.getFirst()));
        return new Table("Beside the code", "", List.of("benchmark", "ns", "± ns", "bytes allocated"), rows);
    }

    /** {@code Class.method}, as in {@code KeyCheck.hit}. */
    private static String name(String benchmark) {
        int method = benchmark.lastIndexOf('.');
        int type = benchmark.lastIndexOf('.', method - 1);
        return benchmark.substring(type + 1, method).replace("Benchmark", "") + benchmark.substring(method);
    }
}
