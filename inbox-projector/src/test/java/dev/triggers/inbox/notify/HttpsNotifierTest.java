package dev.triggers.inbox.notify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.event.OrgId;
import dev.triggers.inbox.Events;
import dev.triggers.inbox.notify.Answer.Delivered;
import dev.triggers.inbox.notify.Answer.Failed;
import dev.triggers.inbox.notify.Answer.Gone;
import dev.triggers.inbox.notify.Answer.Refused;
import dev.triggers.inbox.notify.HttpsNotifier.LookUp;
import dev.triggers.inbox.notify.HttpsNotifier.Timing;
import dev.triggers.inbox.notify.HttpsReceiver.Received;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpsNotifierTest {

    private static final Instant NOW = Instant.parse("2026-11-23T08:00:00Z");
    private static final Timing SHORT =
            new Timing(Duration.ofSeconds(2), Duration.ofMillis(500), Duration.ofSeconds(2));
    private static final WebhookSecret SECRET = new WebhookSecret(new byte[32]);
    private static final UUID ID = UUID.fromString("01a207b6-725c-77ce-b2b4-daf0135b9850");

    private static HttpsReceiver receiver;
    private static HttpsReceiver forbidden;
    private static KeyStore certificate;

    private final OrgId org = Events.newOrg();

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        certificate = HttpsReceiver.certificate(directory);
        receiver = HttpsReceiver.start("127.0.0.2", certificate);
        forbidden = HttpsReceiver.start("127.0.0.1", certificate);
    }

    @AfterAll
    static void stop() {
        receiver.close();
        forbidden.close();
    }

    @BeforeEach
    void forget() {
        receiver.received().clear();
        receiver.answers(204);
        forbidden.received().clear();
    }

    @Test
    void itPostsWhatArrivedSignedAndWithoutContent() throws Exception {
        assertThat(send(url("/hook?a=b"))).isEqualTo(new Delivered());

        Received received = receiver.received().getFirst();
        String body =
                "{\"inbox_id\":\"" + InboxId.defaultOf(org) + "\",\"received_message_count\":3,\"redelivery\":false}";
        assertThat(received)
                .isEqualTo(new Received(
                        "POST",
                        "/hook?a=b",
                        HttpsReceiver.HOST + ":" + receiver.port(),
                        "msg_" + ID,
                        Long.toString(NOW.getEpochSecond()),
                        WebhookSecret.signatures(List.of(SECRET), "msg_" + ID, NOW, body.getBytes(UTF_8)),
                        "application/json",
                        body));
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 425, 429, 500, 502, 503, 504})
    void theseMayGoBetterLater(int status) throws Exception {
        receiver.answers(status);

        assertThat(send(url("/"))).isEqualTo(new Failed("status " + status, Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 422})
    void theseWouldNot(int status) throws Exception {
        receiver.answers(status);

        assertThat(send(url("/"))).isEqualTo(new Refused("status " + status));
    }

    @Test
    void whoIsGoneSaysSo() throws Exception {
        receiver.answers(410);

        assertThat(send(url("/"))).isEqualTo(new Gone());
    }

    @Test
    void whenToComeBackIsReadAsSecondsOrADate() throws Exception {
        assertThat(retryAfter("90")).contains(Duration.ofSeconds(90));
        assertThat(retryAfter("Mon, 23 Nov 2026 08:02:00 GMT")).contains(Duration.ofMinutes(2));
        assertThat(retryAfter("Mon, 23 Nov 2026 07:02:00 GMT")).isEmpty();
        assertThat(retryAfter("soon")).isEmpty();
        assertThat(retryAfter("99999999999999999999")).isEmpty();
    }

    private Optional<Duration> retryAfter(String value) throws Exception {
        receiver.reacts(exchange -> {
            exchange.getResponseHeaders().set("Retry-After", value);
            exchange.sendResponseHeaders(503, -1);
        });
        return send(url("/")) instanceof Failed failed ? failed.after() : Optional.of(Duration.ZERO);
    }

    @Test
    void aRedirectIsNotFollowed() throws Exception {
        receiver.reacts(exchange -> {
            exchange.getResponseHeaders()
                    .set("Location", "https://" + HttpsReceiver.HOST + ":" + forbidden.port() + "/");
            exchange.sendResponseHeaders(307, -1);
        });

        assertThat(send(url("/"))).isEqualTo(new Refused("status 307"));
        assertThat(receiver.received()).hasSize(1);
        assertThat(forbidden.received()).isEmpty();
    }

    @Test
    void aReceiverThatDoesNotAnswerIsCutOff() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        receiver.reacts(_ -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });

        assertThat(send(url("/"))).isInstanceOf(Failed.class);
        never.countDown();
    }

    @Test
    void aReceiverThatDribblesIsCutOff() throws Exception {
        try (Dribbler dribbler = Dribbler.start(certificate)) {
            assertThat(send("https://" + HttpsReceiver.HOST + ":" + dribbler.port() + "/"))
                    .isInstanceOf(Failed.class);
        }
    }

    @Test
    void aCertificateThatIsNotTrustedOrNotForTheHostIsNotAccepted() throws Exception {
        try (HttpsNotifier unknowing = notifier(_ -> local("127.0.0.2"), _ -> true, SSLContext.getDefault())) {
            assertThat(unknowing.send(to(url("/")))).isInstanceOf(Failed.class);
        }
        assertThat(send("https://other.test:" + receiver.port() + "/")).isInstanceOf(Failed.class);
        assertThat(receiver.received()).isEmpty();
    }

    @Test
    void aHostWithAnyAddressThatIsNotAllowedIsNotConnectedTo() throws Exception {
        LookUp both = _ -> new InetAddress[] {local("127.0.0.2")[0], local("127.0.0.1")[0]};
        try (HttpsNotifier notifier = notifier(both, HttpsNotifierTest::onlyTheReceivers, trusting())) {
            assertThat(notifier.send(to(url("/"))))
                    .isEqualTo(new Refused("host: not a public address (expected: one of the internet)"));
        }
        assertThat(receiver.received()).isEmpty();
        assertThat(forbidden.received()).isEmpty();
    }

    @Test
    void anAnswerThatChangesAfterTheLookUpChangesNothing() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        LookUp rebinding = _ -> local(looks.incrementAndGet() == 1 ? "127.0.0.2" : "127.0.0.1");
        try (HttpsNotifier notifier = notifier(rebinding, HttpsNotifierTest::onlyTheReceivers, trusting())) {
            assertThat(notifier.send(to(url("/")))).isEqualTo(new Delivered());
            assertThat(looks).hasValue(1);

            assertThat(notifier.send(to(url("/")))).isInstanceOf(Refused.class);
        }
        assertThat(receiver.received()).hasSize(1);
        assertThat(forbidden.received()).isEmpty();
    }

    @Test
    void asDeployedItSendsToNoPrivateAddress() throws Exception {
        try (HttpsNotifier notifier = HttpsNotifier.create(1, false, InstantSource.fixed(NOW))) {
            assertThat(notifier.send(to("https://localhost:" + forbidden.port() + "/")))
                    .isEqualTo(new Refused("host: not a public address (expected: one of the internet)"));
            assertThat(notifier.send(to("https://127.0.0.1:" + forbidden.port() + "/")))
                    .isInstanceOf(Refused.class);
            assertThat(notifier.send(to("http://example.com/"))).isInstanceOf(Refused.class);
        }
        assertThat(forbidden.received()).isEmpty();
    }

    @Test
    void aHostThatIsNotFoundMayBeLater() throws Exception {
        LookUp nobody = host -> {
            throw new UnknownHostException(host);
        };
        try (HttpsNotifier notifier = notifier(nobody, _ -> true, trusting())) {
            assertThat(notifier.send(to(url("/")))).isInstanceOf(Failed.class);
        }
    }

    private Answer send(String target) throws Exception {
        try (HttpsNotifier notifier =
                notifier(_ -> local("127.0.0.2"), HttpsNotifierTest::onlyTheReceivers, trusting())) {
            return notifier.send(to(target));
        }
    }

    private static boolean onlyTheReceivers(InetAddress address) {
        return address.getHostAddress().equals("127.0.0.2");
    }

    private static HttpsNotifier notifier(LookUp lookUp, Predicate<InetAddress> allowed, SSLContext tls) {
        return new HttpsNotifier(2, lookUp, allowed, tls, SHORT, InstantSource.fixed(NOW));
    }

    private static SSLContext trusting() throws Exception {
        return HttpsReceiver.trusting(certificate);
    }

    private static InetAddress[] local(String address) {
        return new InetAddress[] {InetAddress.ofLiteral(address)};
    }

    private static String url(String path) {
        return "https://" + HttpsReceiver.HOST + ":" + receiver.port() + path;
    }

    private Notification to(String target) {
        return new Notification(InboxId.defaultOf(org), org, target, List.of(SECRET), ID, 3, false, 1, NOW);
    }
}
