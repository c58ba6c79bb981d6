package dev.triggers.proof.bench;

/** Something that is measured. Has no state: each run begins on empty servers. */
interface Scenario {

    /** What it is called on the command line. */
    String name();

    /** The part of the system it is about; on the command line it stands for all its scenarios. */
    String group();

    /** One line for those who choose. */
    String what();

    /** Measures, checks that every submission has its outcome, and throws when one has not. */
    Findings run(Bench bench) throws Exception;
}
