package dev.triggers.proof.bench;

import java.util.List;

/**
 * What a scenario found.
 *
 * @param tables for people
 * @param runs every single measurement, for programs
 * @param plots for people too
 */
record Findings(List<Table> tables, Table runs, List<Plot> plots) {

    Findings(List<Table> tables, Table runs) {
        this(tables, runs, List.of());
    }
}
