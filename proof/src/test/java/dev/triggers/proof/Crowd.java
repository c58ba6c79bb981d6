package dev.triggers.proof;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Clients without a key of whom each has sent nearly all of a request's headers, and sends no more. */
final class Crowd implements AutoCloseable {

    /** What a service takes at once: one that lets nobody in for so long is full. */
    private static final int PATIENCE_MILLIS = 2_000;

    private static final byte[] BEGINNING =
            ("POST /v1/events HTTP/1.1\r\nHost: proof\r\nX-Filler: " + "a".repeat(15_000)).getBytes(US_ASCII);

    private final List<Socket> clients = new ArrayList<>();

    /** As many as the service lets in, and those that wait in front of it; so many at most. */
    static Crowd before(URI service, int most) {
        Crowd crowd = new Crowd();
        try {
            while (crowd.size() < most && crowd.joined(service)) {
                // another one
            }
            return crowd;
        } catch (IOException e) {
            crowd.close();
            throw new UncheckedIOException(e);
        }
    }

    private boolean joined(URI service) throws IOException {
        Socket client = new Socket();
        clients.add(client);
        try {
            client.connect(new InetSocketAddress(service.getHost(), service.getPort()), PATIENCE_MILLIS);
        } catch (SocketTimeoutException _) {
            return false;
        }
        client.getOutputStream().write(BEGINNING);
        return true;
    }

    int size() {
        return clients.size();
    }

    @Override
    public void close() {
        try {
            for (Socket client : clients) {
                client.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
