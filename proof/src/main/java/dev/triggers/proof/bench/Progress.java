package dev.triggers.proof.bench;

import java.io.PrintStream;

/** How far a scenario is: a bar that is rewritten on a terminal, a line for each step elsewhere. */
final class Progress {

    private static final int WIDTH = 24;

    private final PrintStream to;
    private final boolean terminal;
    private String scenario = "";
    private int steps = 1;
    private int done;

    Progress(PrintStream to, boolean terminal) {
        this.to = to;
        this.terminal = terminal;
    }

    void begin(String name, int ofSteps) {
        scenario = name;
        steps = Math.max(1, ofSteps);
        done = 0;
        step("servers start");
    }

    /** The step before is done, and this one begins. */
    void step(String what) {
        int filled = Math.min(WIDTH, WIDTH * done / steps);
        String line = "[" + "#".repeat(filled) + ".".repeat(WIDTH - filled) + "] " + done + "/" + steps + " " + scenario
                + ": " + what;
        to.print(terminal ? "\r" + line + "\u001b[K" : line + "\n");
        to.flush();
        done = Math.min(steps, done + 1);
    }

    void end() {
        to.print(terminal ? "\r\u001b[K" : "");
        to.flush();
    }
}
