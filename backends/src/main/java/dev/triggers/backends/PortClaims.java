package dev.triggers.backends;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Which JVM of this user picked which port, so that two which start together do not pick the same before either listens:
 * byte <i>n</i> of a file in the temporary directory is locked for port <i>n</i>, until the JVM ends.
 */
final class PortClaims {

    /** Never closed: closing it would drop all claims. */
    private static @Nullable FileChannel claims;

    private PortClaims() {}

    /** Whether the port is this JVM's from now on; not if it was before. */
    static synchronized boolean claim(int port) {
        try {
            if (claims == null) {
                var file = Path.of(
                        System.getProperty("java.io.tmpdir"), "triggers-ports-" + System.getProperty("user.name"));
                claims = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            }
            return claims.tryLock(port, 1, false) != null;
        } catch (OverlappingFileLockException _) {
            return false;
        } catch (IOException e) {
            throw new BackendFailure("can not claim port " + port + ": " + e.getMessage(), e);
        }
    }
}
