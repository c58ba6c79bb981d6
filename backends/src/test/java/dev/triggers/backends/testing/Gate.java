package dev.triggers.backends.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A port of its own in front of a server: shut, nobody gets through; stalled, it takes what comes and nothing goes on. */
public final class Gate implements AutoCloseable {

    private final int target;
    private final ServerSocket server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition flows = lock.newCondition();
    private volatile boolean shut;
    private volatile boolean stalled;

    public Gate(int target) {
        this.target = target;
        try {
            this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("gate").start(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    public void shut() {
        shut = true;
        sockets.forEach(Gate::end);
        sockets.clear();
    }

    public void stall() {
        stalled = true;
    }

    public void open() {
        lock.lock();
        try {
            shut = false;
            stalled = false;
            flows.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        open();
        end(server);
        shut();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket caller = server.accept();
                if (shut) {
                    end(caller);
                } else {
                    sockets.add(caller);
                    Thread.ofVirtual().name("gate-call").start(() -> connect(caller));
                }
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void connect(Socket caller) {
        try {
            awaitFlow();
            Socket called = new Socket();
            sockets.add(called);
            called.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), 1_000);
            Thread.ofVirtual().name("gate-back").start(() -> pump(called, caller));
            pump(caller, called);
        } catch (IOException e) {
            end(caller);
        }
    }

    private void pump(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] bytes = new byte[8_192];
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                awaitFlow();
                out.write(bytes, 0, read);
                out.flush();
            }
        } catch (IOException e) {
            end(to);
        }
    }

    private void awaitFlow() {
        lock.lock();
        try {
            while (stalled) {
                flows.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private static void end(AutoCloseable open) {
        try {
            open.close();
        } catch (Exception e) {
            // ended as well
        }
    }
}
