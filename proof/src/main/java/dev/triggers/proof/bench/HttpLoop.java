package dev.triggers.proof.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Connections to one server, kept alive, each with one request under way at most, and all of one thread: what answers
 * cost here is taken from the server beside it. Not safe for use by several threads.
 */
final class HttpLoop implements AutoCloseable {

    /** How late it may notice an answer where it waits for less than the selector's milliseconds. */
    private static final Duration NAP = Duration.ofNanos(200_000);

    /** Is told what became of each request; may send the next on the same connection. */
    interface Listener {

        void answered(Connection connection, AnswerReader answer) throws IOException;

        /** No answer will come: nobody knows what became of it. The connection is a new one. */
        void broken(Connection connection, IOException cause) throws IOException;
    }

    /** One of the connections, and what its user has to remember of the request under way. */
    static final class Connection {

        private final int index;
        private final AnswerReader answer = new AnswerReader();
        private SocketChannel channel;
        private ByteBuffer unsent = ByteBuffer.allocate(0);
        private boolean underWay;
        /** Of the request, as its user counts. */
        long number;
        /** When it was sent, or was due. */
        long sinceNanos;

        private Connection(int index, SocketChannel channel) {
            this.index = index;
            this.channel = channel;
        }

        /** From 0. */
        int index() {
            return index;
        }

        boolean underWay() {
            return underWay;
        }
    }

    private final InetSocketAddress address;
    private final Listener listener;
    private final Selector selector;
    private final List<Connection> connections = new ArrayList<>();
    private @Nullable IOException failure;

    /** Opens all connections. */
    HttpLoop(URI server, int count, Listener listener) throws IOException {
        this.address = new InetSocketAddress(server.getHost(), server.getPort());
        this.listener = listener;
        selector = Selector.open();
        try {
            for (int i = 0; i < count; i++) {
                Connection connection = new Connection(i, SocketChannel.open());
                connections.add(connection);
                connect(connection);
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private void connect(Connection connection) throws IOException {
        SocketChannel channel = connection.channel;
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.connect(address);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, connection);
    }

    List<Connection> connections() {
        return connections;
    }

    /** Sends a request, or as much of it as the system takes for now. */
    void send(Connection connection, byte[] request) throws IOException {
        connection.underWay = true;
        connection.answer.next();
        connection.unsent = ByteBuffer.wrap(request);
        try {
            write(connection);
        } catch (IOException e) {
            renew(connection, e);
        }
    }

    private void write(Connection connection) throws IOException {
        connection.channel.write(connection.unsent);
        connection
                .channel
                .keyFor(selector)
                .interestOps(
                        connection.unsent.hasRemaining()
                                ? SelectionKey.OP_READ | SelectionKey.OP_WRITE
                                : SelectionKey.OP_READ);
    }

    /** Deals with what has come, or waits for it for so long at most. */
    void turn(Duration wait) throws IOException {
        if (wait.toMillis() >= 1) {
            selector.select(this::ready, wait.toMillis());
        } else if (selector.selectNow(this::ready) == 0 && wait.isPositive()) {
            LockSupport.parkNanos(Math.min(wait.toNanos(), NAP.toNanos()));
        }
        IOException e = failure;
        if (e != null) {
            throw e;
        }
    }

    private void ready(SelectionKey key) {
        Connection connection = (Connection) key.attachment();
        try {
            try {
                if (key.isWritable()) {
                    write(connection);
                }
                if (key.isReadable() && connection.answer.read(connection.channel) && connection.underWay) {
                    connection.underWay = false;
                    listener.answered(connection, connection.answer);
                }
            } catch (IOException e) {
                renew(connection, e);
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    /** Where the server is gone for good this throws. */
    private void renew(Connection connection, IOException cause) throws IOException {
        connection.channel.close();
        connection.channel = SocketChannel.open();
        connection.unsent = ByteBuffer.allocate(0);
        connect(connection);
        if (connection.underWay) {
            connection.underWay = false;
            listener.broken(connection, cause);
        }
    }

    @Override
    public void close() throws IOException {
        for (Connection connection : connections) {
            connection.channel.close();
        }
        selector.close();
    }
}
