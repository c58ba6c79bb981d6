package dev.triggers.cli.send;

/** What became of one line. */
sealed interface Answer {

    /** 202: kept. */
    record Received() implements Answer {}

    /** The service will not take it: sending it again changes nothing. */
    record Refused(int status, String problem) implements Answer {}

    /** It was not taken after all tries; it may or may not have been stored. */
    record Failed(String why) implements Answer {}
}
