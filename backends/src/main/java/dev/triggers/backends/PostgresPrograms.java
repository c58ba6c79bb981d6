package dev.triggers.backends;

import com.sun.security.auth.module.UnixSystem;
import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The programs of PostgreSQL for this machine. They refuse to run as root; then they run in a user namespace of their
 * own, where root is nobody.
 */
record PostgresPrograms(Path bin, List<String> prefix) {

    private static final List<String> AS_NOBODY = List.of("unshare", "-U");
    private static final Duration AT_ONCE = Duration.ofSeconds(5);

    static PostgresPrograms unpackedInto(Binaries binaries) throws IOException {
        var system = System.getProperty("os.name").startsWith("Mac") ? "Darwin" : System.getProperty("os.name");
        try (var archive = DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system, System.getProperty("os.arch"))) {
            return new PostgresPrograms(binaries.unpacked("postgresql", archive).resolve("bin"), asWhom());
        } catch (IllegalStateException e) {
            throw new BackendFailure("no PostgreSQL is packed for " + system + ", " + System.getProperty("os.arch"), e);
        }
    }

    private static List<String> asWhom() {
        if (new UnixSystem().getUid() != 0) {
            return List.of();
        }
        if (Command.run(Stream.concat(AS_NOBODY.stream(), Stream.of("true")).toList(), AT_ONCE)
                .succeeded()) {
            return AS_NOBODY;
        }
        throw new BackendFailure(
                "PostgreSQL does not run as root, and `unshare -U` is not allowed here (expected: another user)");
    }

    Command run(Duration bound, String program, String... arguments) {
        var words = Stream.of(prefix.stream(), Stream.of(bin.resolve(program).toString()), Stream.of(arguments));
        return Command.run(words.flatMap(word -> word).toList(), bound);
    }
}
