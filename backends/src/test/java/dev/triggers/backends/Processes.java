package dev.triggers.backends;

import java.util.Set;
import java.util.stream.Collectors;

/** Processes of this machine as a test sees them: one that ended but was not collected yet is not running. */
final class Processes {

    private Processes() {}

    static boolean running(long pid) {
        return ProcessHandle.of(pid).filter(Processes::running).isPresent();
    }

    private static boolean running(ProcessHandle process) {
        return process.isAlive() && process.info().command().isPresent();
    }

    static Set<Long> startedHere() {
        return ProcessHandle.current()
                .descendants()
                .filter(Processes::running)
                .map(ProcessHandle::pid)
                .collect(Collectors.toSet());
    }
}
