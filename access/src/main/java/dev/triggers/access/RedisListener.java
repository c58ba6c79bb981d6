package dev.triggers.access;

/** Who is told what other instances announce. Called on threads that must not wait. */
interface RedisListener {

    /** From here on everything is heard. Before it, anything may have been missed. */
    void linked();

    void heard(String notice);
}
