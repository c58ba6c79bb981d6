package dev.triggers.proof.bench;

import java.util.List;

/**
 * What a scenario found.
 *
 * @param tables for people
 * @param runs every single measurement, for programs
 */
record Findings(List<Table> tables, Table runs) {}
