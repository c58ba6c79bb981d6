package dev.triggers.proof.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the JIT compilers of a bench's JVMs take of the machine: servers', services' and the load's. While they take much,
 * what is measured is how Java warms up. Linux only (proc(5)); elsewhere they are taken to do nothing.
 */
final class Compilers {

    /** From here on little is left to compile. Share of all cores. */
    static final double QUIET = 0.05;

    private static final Path PROC = Path.of("/proc");
    private static final String C1 = "C1 CompilerThre";
    private static final String C2 = "C2 CompilerThre";
    /** USER_HZ, which Linux has fixed for what it tells. */
    private static final double TICKS_A_SECOND = 100;

    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;

    private final Bench bench;
    private Map<Path, Long> ticks;
    private long sinceNanos = System.nanoTime();

    Compilers(Bench bench) throws IOException {
        this.bench = bench;
        this.ticks = ticks(bench.jvms());
    }

    /** Share of all cores, 0 to 1, since it was asked last. */
    double share() throws IOException {
        Map<Path, Long> now = ticks(bench.jvms());
        long nanos = System.nanoTime();
        Map<Path, Long> before = ticks;
        double seconds = now.entrySet().stream()
                        .mapToLong(thread -> thread.getValue() - before.getOrDefault(thread.getKey(), 0L))
                        .sum()
                / TICKS_A_SECOND;
        double share =
                seconds / ((nanos - sinceNanos) / 1e9 * Runtime.getRuntime().availableProcessors());
        ticks = now;
        sinceNanos = nanos;
        return share;
    }

    /** Runs a load piece by piece, for so long at least, until compilers are quiet or it has been so long at most. */
    static void quieten(Bench bench, Duration piece, Duration least, Duration most, LoadFor load) throws Exception {
        Compilers compilers = new Compilers(bench);
        Duration passed = Duration.ZERO;
        boolean busy;
        do {
            load.run(piece);
            passed = passed.plus(piece);
            busy = compilers.share() > QUIET;
        } while (passed.compareTo(least) < 0 || (busy && passed.compareTo(most) < 0));
    }

    private static Map<Path, Long> ticks(List<Long> jvms) throws IOException {
        Map<Path, Long> ticks = new HashMap<>();
        for (long jvm : jvms) {
            Path threads = PROC.resolve(Long.toString(jvm)).resolve("task");
            if (Files.exists(threads)) {
                try (DirectoryStream<Path> some = Files.newDirectoryStream(threads)) {
                    for (Path thread : some) {
                        note(thread, ticks);
                    }
                }
            }
        }
        return ticks;
    }

    /** One that ended meanwhile has nothing more to say. */
    private static void note(Path thread, Map<Path, Long> ticks) throws IOException {
        try {
            String stat = Files.readString(thread.resolve("stat"));
            int end = stat.lastIndexOf(')');
            String name = stat.substring(stat.indexOf('(') + 1, end);
            if (name.equals(C1) || name.equals(C2)) {
                String[] rest = stat.substring(end + 2).split(" ");
                ticks.put(thread, Long.parseLong(rest[USER_TIME]) + Long.parseLong(rest[SYSTEM_TIME]));
            }
        } catch (NoSuchFileException _) {
            // ended
        } catch (IOException e) {
            if (Files.exists(thread)) {
                throw e;
            }
        }
    }

    /** A load of some length. */
    @FunctionalInterface
    interface LoadFor {
        void run(Duration time) throws Exception;
    }
}
