package dev.triggers.backends;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/**
 * The folder that servers' programs are unpacked into, once per content: {@code $XDG_CACHE_HOME/triggers}, else
 * {@code ~/.cache/triggers}, else {@code binaries} beside the data. An entry appears whole or not at all.
 */
final class Binaries {

    private static final Set<PosixFilePermission> PROGRAM = PosixFilePermissions.fromString("rwxr-xr-x");

    private final Path folder;

    private Binaries(Path folder) {
        this.folder = folder;
    }

    static Binaries besides(Path dataDirectory) {
        var home = Path.of(System.getProperty("user.home"));
        @Nullable String cache = System.getenv("XDG_CACHE_HOME");
        var preferred = cache == null || cache.isBlank() ? home.resolve(".cache") : Path.of(cache);
        return Stream.of(preferred.resolve("triggers"), dataDirectory.resolve("binaries"))
                .filter(Binaries::usable)
                .findFirst()
                .map(Binaries::new)
                .orElseThrow(() -> new BackendFailure("no folder to unpack programs into: neither "
                        + preferred.resolve("triggers") + " nor " + dataDirectory + " can be written to"));
    }

    private static boolean usable(Path folder) {
        try {
            return folder.isAbsolute() && Files.isWritable(Files.createDirectories(folder));
        } catch (IOException _) {
            return false;
        }
    }

    /** The folder that holds the content of {@code archive}, a {@code .tar.xz}. */
    Path unpacked(String name, InputStream archive) throws IOException {
        byte[] content = archive.readAllBytes();
        return once(name, content, target -> untar(content, target));
    }

    /** The folder that holds {@code program}, executable, as a file called {@code name}. */
    Path program(String name, InputStream program) throws IOException {
        byte[] content = program.readAllBytes();
        return once(name, content, target -> {
            Files.write(target.resolve(name), content);
            Files.setPosixFilePermissions(target.resolve(name), PROGRAM);
        });
    }

    private Path once(String name, byte[] content, Filling filling) throws IOException {
        var entry = folder.resolve(name + "-" + digest(content));
        if (Files.isDirectory(entry)) {
            return entry;
        }
        var unfinished = Files.createTempDirectory(folder, name + "-unfinished-");
        try {
            filling.fill(unfinished);
            Files.setPosixFilePermissions(unfinished, PROGRAM);
            Files.move(unfinished, entry, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Trees.delete(unfinished);
            if (!Files.isDirectory(entry)) { // Otherwise another process was faster, which is as good.
                throw e;
            }
        }
        return entry;
    }

    private static void untar(byte[] content, Path target) throws IOException {
        try (var tar = new TarArchiveInputStream(new XZInputStream(new ByteArrayInputStream(content)))) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                unpack(entry, tar, target);
            }
        }
    }

    private static void unpack(TarArchiveEntry entry, InputStream content, Path target) throws IOException {
        var file = target.resolve(entry.getName()).normalize();
        if (!file.startsWith(target)) {
            throw new IOException("entry outside of the archive: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(file);
            return;
        }
        Files.createDirectories(target.resolve(entry.getName()).normalize().getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
        } else if (entry.isLink()) {
            Files.createLink(file, target.resolve(entry.getLinkName()).normalize());
        } else {
            Files.copy(content, file);
            Files.setPosixFilePermissions(file, permissions(entry.getMode()));
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        var permissions = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] all = PosixFilePermission.values(); // Owner, group, others; read, write, execute each.
        for (int i = 0; i < all.length; i++) {
            if ((mode & (0400 >> i)) != 0) {
                permissions.add(all[i]);
            }
        }
        return permissions;
    }

    private static String digest(byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private interface Filling {
        void fill(Path target) throws IOException;
    }
}
