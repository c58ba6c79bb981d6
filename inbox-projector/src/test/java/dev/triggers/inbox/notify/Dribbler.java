package dev.triggers.inbox.notify;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/** An https server whose answer never ends: a header's next character each tenth of a second. */
final class Dribbler implements AutoCloseable {

    private final SSLServerSocket server;

    private Dribbler(SSLServerSocket server) {
        this.server = server;
    }

    static Dribbler start(KeyStore certificate) throws IOException, GeneralSecurityException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(certificate, "changeit".toCharArray());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), null, null);
        Dribbler dribbler = new Dribbler((SSLServerSocket)
                tls.getServerSocketFactory().createServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.2")));
        Thread.startVirtualThread(dribbler::serve);
        return dribbler;
    }

    int port() {
        return server.getLocalPort();
    }

    private void serve() {
        try (Socket client = server.accept();
                OutputStream out = client.getOutputStream()) {
            out.write("HTTP/1.1 200 OK\r\nX-Long: ".getBytes(UTF_8));
            while (!server.isClosed()) {
                out.write('x');
                out.flush();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
        } catch (IOException e) {
            Thread.currentThread().interrupt(); // cut off, as it should be
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
