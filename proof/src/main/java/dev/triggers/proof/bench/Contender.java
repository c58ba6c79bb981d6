package dev.triggers.proof.bench;

import java.net.URI;

/**
 * One of several that are compared.
 *
 * @param name in tables
 */
record Contender(String name, URI server, Requests requests) {

    Contender(String name, RequestTemplate template) {
        this(name, template.server(), template);
    }
}
