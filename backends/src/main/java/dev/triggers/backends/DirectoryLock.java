package dev.triggers.backends;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** One process's claim on a data directory: a lock on its file {@code lock}, which the kernel drops with the process. */
final class DirectoryLock implements AutoCloseable {

    /** Directories claimed by this JVM: a second channel on the file, once closed, would drop the first one's lock. */
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final FileChannel channel;

    private DirectoryLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /** @throws BackendFailure naming the process that has the directory already */
    static DirectoryLock claim(Path directory) {
        if (!HELD_HERE.add(directory)) {
            throw inUse(directory, Long.toString(ProcessHandle.current().pid()));
        }
        try {
            return claimFile(directory);
        } catch (IOException e) {
            HELD_HERE.remove(directory);
            throw new BackendFailure("can not lock " + directory + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            HELD_HERE.remove(directory);
            throw e;
        }
    }

    private static DirectoryLock claimFile(Path directory) throws IOException {
        var file = directory.resolve("lock");
        var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean claimed = false;
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw inUse(directory, Files.readString(file).strip());
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
            claimed = true;
            return new DirectoryLock(directory, channel);
        } finally {
            if (!claimed) {
                channel.close();
            }
        }
    }

    private static BackendFailure inUse(Path directory, String pid) {
        return new BackendFailure(directory + " is in use by process " + (pid.isEmpty() ? "(unknown)" : pid));
    }

    @Override
    public synchronized void close() {
        if (!channel.isOpen()) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            throw new BackendFailure("can not unlock " + directory + ": " + e.getMessage(), e);
        } finally {
            HELD_HERE.remove(directory);
        }
    }
}
