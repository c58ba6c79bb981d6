package dev.triggers.proof.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is left of a benchmark: {@code SCENARIO.json} with the machine, the tables and every run, {@code SCENARIO.csv} with
 * every run, and its plots as SVG.
 */
record Report(Map<String, String> machine, Path directory) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** The machine in one line each. */
    String head(boolean markdown) {
        return machine.entrySet().stream()
                .map(fact -> (markdown ? "- " : "") + fact.getKey() + ": " + fact.getValue())
                .collect(Collectors.joining("\n", "", "\n"));
    }

    void write(String scenario, Findings findings) throws IOException {
        Files.createDirectories(directory);
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("scenario", scenario);
        all.put("machine", machine);
        all.put("tables", findings.tables().stream().map(Report::plain).toList());
        all.put("runs", plain(findings.runs()));
        Files.writeString(
                directory.resolve(scenario + ".json"),
                JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all) + "\n");
        Files.writeString(directory.resolve(scenario + ".csv"), findings.runs().csv());
        for (Plot plot : findings.plots()) {
            Files.writeString(directory.resolve(plot.name() + ".svg"), plot.svg());
        }
    }

    private static Map<String, Object> plain(Table table) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (List<Object> row : table.rows()) {
            Map<String, Object> cells = new LinkedHashMap<>();
            for (int i = 0; i < row.size(); i++) {
                cells.put(table.columns().get(i), row.get(i));
            }
            rows.add(cells);
        }
        Map<String, Object> plain = new LinkedHashMap<>();
        plain.put("title", table.title());
        plain.put("note", table.note());
        plain.put("rows", rows);
        return plain;
    }
}
