package dev.triggers.cli.dev;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triggers.backends.BackendFailure;
import dev.triggers.backends.EmbeddedBackends;
import dev.triggers.backends.Ports;
import dev.triggers.cli.Failure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** {@code ./triggers dev}: starts everything, says how to use it, and runs until it is told to stop. */
public final class DevCommand {

    private static final int TOKEN_BYTES = 24;
    private static final Duration STOPPED_WITHIN = Duration.ofSeconds(9);

    private final DevOptions options;

    private volatile @Nullable EmbeddedBackends backends;
    private volatile @Nullable DevServices services;

    public DevCommand(List<String> words) {
        this.options = DevOptions.parse(words);
    }

    /**
     * Returns when it was to check only. Ctrl-C and SIGTERM end the process within 10 seconds, in order if that is enough.
     */
    public int run() {
        long begin = System.nanoTime();
        int port = requirePort();
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "dev-stop"));
        try {
            start(port, begin);
            if (!options.check()) {
                new CountDownLatch(1).await();
            }
            return 0;
        } catch (BackendFailure e) {
            throw new Failure(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new Failure(options.data() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    private int requirePort() {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), options.port()));
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new Failure(
                    "port " + options.port() + " is taken; choose another one: ./triggers dev --port "
                            + (options.port() == 65_535 ? 8080 : options.port() + 1),
                    e);
        }
    }

    private void start(int port, long begin) throws IOException, InterruptedException {
        Files.createDirectories(options.data());
        if (options.fresh()) {
            EmbeddedBackends.erase(options.data());
            DevState.erase(options.data());
        }
        System.setProperty("triggers.log", options.data().resolve(DevState.LOG).toString());
        System.out.println("starting Kafka, PostgreSQL and Redis in " + options.data() + " …");
        EmbeddedBackends started = EmbeddedBackends.start(options.data(), Ports.free());
        backends = started;
        Path file = options.data().resolve(DevState.ENVIRONMENT);
        DevEnvironment before = DevEnvironment.read(file);
        String adminToken = before.get(DevEnvironment.ADMIN_TOKEN).orElseGet(DevCommand::newToken);

        System.out.println("starting the services …");
        DevServices running = DevServices.start(port, options.data(), started, adminToken);
        services = running;
        running.awaitReady();
        String key = running.demoKey(before.get(DevEnvironment.KEY));
        String url = "http://127.0.0.1:" + port;
        DevEnvironment.empty()
                .put(DevEnvironment.URL, url)
                .put(DevEnvironment.KEY, key)
                .put(DevEnvironment.ADMIN_TOKEN, adminToken)
                .put(DevEnvironment.KAFKA, started.kafkaBootstrap())
                .put(DevEnvironment.POSTGRES, postgresUrl(started))
                .put(DevEnvironment.REDIS, started.redisUrl())
                .write(file);
        if (options.check()) {
            System.out.println(new DevCheck(URI.create(url), key).run(Duration.ofNanos(System.nanoTime() - begin)));
            return;
        }
        System.out.print(Welcome.text(url, key, file, Duration.ofNanos(System.nanoTime() - begin)));
        System.out.flush();
    }

    /** As psql takes it, with the password: {@code dev.env} is for its owner alone. */
    private static String postgresUrl(EmbeddedBackends backends) {
        String address = backends.postgres().jdbcUrl().replaceFirst("^jdbc:postgresql://", "");
        return "postgresql://" + encoded(backends.postgres().user()) + ":"
                + encoded(backends.postgres().password()) + "@" + address;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }

    private static String newToken() {
        byte[] bytes = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(bytes);
        return "trg_admin_" + HexFormat.of().formatHex(bytes).toLowerCase(Locale.ROOT);
    }

    private void stop() {
        System.out.println("stopping …");
        try {
            System.out.println(OrderlyEnd.within(STOPPED_WITHIN, this::close)
                    .map(why -> "stopped, but not in order: " + why + "; the next start recovers from what is kept in "
                            + options.data() + ", as after kill -9")
                    .orElse("stopped; everything is kept in " + options.data()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** The services first, while what they need is still there. */
    private void close() {
        try (EmbeddedBackends _ = backends;
                DevServices _ = services) {
            // closed in the reverse order
        }
    }
}
