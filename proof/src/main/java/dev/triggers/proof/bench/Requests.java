package dev.triggers.proof.bench;

/** Requests by number, complete as they go over the wire. */
@FunctionalInterface
interface Requests {

    byte[] request(long number);
}
