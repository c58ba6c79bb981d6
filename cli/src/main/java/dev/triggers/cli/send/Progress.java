package dev.triggers.cli.send;

import java.time.Duration;

/** The line on standard error that says how far it is: rewritten in place on a terminal, now and then elsewhere. */
final class Progress implements AutoCloseable {

    private static final Duration ON_TERMINAL = Duration.ofMillis(200);
    private static final Duration ELSEWHERE = Duration.ofSeconds(5);

    private final Thread printer;

    private Progress(Thread printer) {
        this.printer = printer;
    }

    static Progress show(Tally tally, boolean terminal) {
        return new Progress(Thread.ofPlatform().daemon().name("progress").start(() -> print(tally, terminal)));
    }

    private static void print(Tally tally, boolean terminal) {
        try {
            while (true) {
                Thread.sleep(terminal ? ON_TERMINAL : ELSEWHERE);
                System.err.print(terminal ? "\r" + tally.summary() + " " : tally.summary() + "\n");
            }
        } catch (InterruptedException _) {
            if (terminal) {
                System.err.print("\r\u001b[K");
            }
        }
    }

    @Override
    public void close() {
        printer.interrupt();
        try {
            printer.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
