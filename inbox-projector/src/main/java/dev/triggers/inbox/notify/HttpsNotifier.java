package dev.triggers.inbox.notify;

import dev.triggers.inbox.notify.Answer.Delivered;
import dev.triggers.inbox.notify.Answer.Failed;
import dev.triggers.inbox.notify.Answer.Gone;
import dev.triggers.inbox.notify.Answer.Refused;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Sends over https to the public internet only. A host is looked up once, all its addresses must be public, and the
 * connection is made to one of those very addresses, with the host's name in TLS and in {@code Host}: an answer that
 * changes between the look and the connection changes nothing. No redirect is followed, no proxy used, no connection kept.
 */
public final class HttpsNotifier implements Notifier, AutoCloseable {

    private static final Timing TIMING =
            new Timing(Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(20));
    private static final int MOST_ADDRESSES = 4;
    private static final int MOST_HEADERS = 100;
    private static final int MOST_HEADER_CHARS = 8_192;

    /**
     * How long it may take.
     *
     * @param connect for a connection, to each address
     * @param answer for the next bytes
     * @param whole in all, the look-up excepted: a receiver that dribbles is cut off
     */
    record Timing(Duration connect, Duration answer, Duration whole) {}

    private final CloseableHttpClient client;
    private final Timing timing;
    private final InstantSource clock;
    private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("inbox-notify-deadlines").factory());

    /** How a host's addresses are found. */
    @FunctionalInterface
    interface LookUp {
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    /**
     * As it is deployed.
     *
     * @param atOnce attempts under way at once
     * @param anywhere to private addresses too: for developers and tests
     */
    public static HttpsNotifier create(int atOnce, boolean anywhere, InstantSource clock)
            throws NoSuchAlgorithmException {
        return new HttpsNotifier(
                atOnce,
                InetAddress::getAllByName,
                anywhere ? _ -> true : Addresses::isPublic,
                SSLContext.getDefault(),
                TIMING,
                clock);
    }

    HttpsNotifier(
            int atOnce,
            LookUp lookUp,
            Predicate<InetAddress> allowed,
            SSLContext tls,
            Timing timing,
            InstantSource clock) {
        this.timing = timing;
        this.clock = clock;
        Timeout connect = Timeout.of(timing.connect());
        Timeout answer = Timeout.of(timing.answer());
        client = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDnsResolver(new Pinned(lookUp, allowed))
                        .setTlsSocketStrategy(new DefaultClientTlsStrategy(tls))
                        .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                                .http1Config(Http1Config.custom()
                                        .setMaxHeaderCount(MOST_HEADERS)
                                        .setMaxLineLength(MOST_HEADER_CHARS)
                                        .build())
                                .build())
                        .setMaxConnTotal(atOnce)
                        .setMaxConnPerRoute(atOnce)
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(connect)
                                .setSocketTimeout(answer)
                                .build())
                        .setDefaultSocketConfig(
                                SocketConfig.custom().setSoTimeout(answer).build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(connect)
                        .setResponseTimeout(answer)
                        .setRedirectsEnabled(false)
                        .build())
                .setConnectionReuseStrategy((_, _, _) -> false)
                .setUserAgent("Triggers")
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableAuthCaching()
                .disableCookieManagement()
                .disableContentCompression()
                .build();
    }

    @Override
    public Answer send(Notification notification) {
        HttpPost post;
        try {
            post = post(notification);
        } catch (IllegalArgumentException e) {
            return new Refused(String.valueOf(e.getMessage()));
        }
        Future<?> deadline = deadlines.schedule(post::cancel, timing.whole().toMillis(), TimeUnit.MILLISECONDS);
        try (ClassicHttpResponse response = client.executeOpen(HttpHost.create(post.getUri()), post, null)) {
            return answer(response);
        } catch (ClosedToUs e) {
            return new Refused(String.valueOf(e.getMessage()));
        } catch (IOException | URISyntaxException | RuntimeException e) {
            return new Failed(e.getClass().getSimpleName(), Optional.empty());
        } finally {
            deadline.cancel(false);
        }
    }

    private HttpPost post(Notification notification) {
        byte[] body = notification.body();
        Instant now = clock.instant();
        HttpPost post =
                new HttpPost(NotificationUrl.parse(notification.target()).value());
        post.setHeader("webhook-id", notification.webhookId());
        post.setHeader("webhook-timestamp", Long.toString(now.getEpochSecond()));
        post.setHeader(
                "webhook-signature",
                WebhookSecret.signatures(notification.secrets(), notification.webhookId(), now, body));
        post.setEntity(new ByteArrayEntity(body, ContentType.create("application/json")));
        return post;
    }

    /** What stands in the body does not matter and is not read. */
    private Answer answer(ClassicHttpResponse response) {
        int status = response.getCode();
        if (status / 100 == 2) {
            return new Delivered();
        }
        if (status == 410) {
            return new Gone();
        }
        return status == 408 || status == 425 || status == 429 || status / 100 == 5
                ? new Failed("status " + status, retryAfter(response.getFirstHeader("Retry-After")))
                : new Refused("status " + status);
    }

    /** Seconds or a date (RFC 9110, 10.2.3). Anything else says nothing. */
    private Optional<Duration> retryAfter(@Nullable Header header) {
        if (header == null) {
            return Optional.empty();
        }
        String text = header.getValue().strip();
        try {
            Duration after = !text.isEmpty() && text.chars().allMatch(Character::isDigit)
                    ? Duration.ofSeconds(Long.parseLong(text))
                    : Duration.between(
                            clock.instant(), ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME));
            return Optional.of(after).filter(Duration::isPositive);
        } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() throws IOException {
        deadlines.shutdownNow();
        client.close();
    }

    /** A host with an address that nobody may be sent to. */
    private static final class ClosedToUs extends UnknownHostException {

        private static final long serialVersionUID = 1L;

        ClosedToUs(String message) {
            super(message);
        }
    }

    /** Looks a host up and lets through what may be connected to: what it answers is what the client connects to. */
    private record Pinned(LookUp lookUp, Predicate<InetAddress> allowed) implements DnsResolver {

        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            InetAddress[] addresses = lookUp.addresses(host);
            for (InetAddress address : addresses) {
                if (!allowed.test(address)) {
                    throw new ClosedToUs("host: not a public address (expected: one of the internet)");
                }
            }
            return Arrays.copyOf(addresses, Math.min(addresses.length, MOST_ADDRESSES));
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }
}
