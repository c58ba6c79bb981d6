package dev.triggers.ingest;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.triggers.access.ApiKey;
import dev.triggers.access.ApiKeyHash;
import dev.triggers.access.ApiKeys;
import dev.triggers.access.Caller;
import dev.triggers.access.Scope;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.limit.Plan;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/** The service from its own main, over real HTTP, but for the log and the keys, which are fakes; nothing else is there. */
public final class IngestRig implements AutoCloseable {

    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private final AtomicInteger made = new AtomicInteger();
    private final ConfigurableApplicationContext service;
    private final Fakes fakes;

    private IngestRig(ConfigurableApplicationContext service) {
        this.service = service;
        this.fakes = service.getBean(Fakes.class);
    }

    public static IngestRig start(String... settings) {
        SpringApplication application = IngestApplication.application();
        application.addPrimarySources(Set.of(Fakes.class));
        String[] all = Arrays.copyOf(settings, settings.length + 4);
        all[settings.length] = "--server.port=0";
        all[settings.length + 1] = "--triggers.ingest.kafka.bootstrap=127.0.0.1:1";
        all[settings.length + 2] = "--triggers.access.postgres.url=jdbc:postgresql://127.0.0.1:1/triggers";
        all[settings.length + 3] = "--triggers.access.redis.url=redis://127.0.0.1:1";
        return new IngestRig(application.run(all));
    }

    public int port() {
        return Integer.parseInt(service.getEnvironment().getRequiredProperty("local.server.port"));
    }

    public FakeEventLog log() {
        return fakes.log;
    }

    public Answers answers() {
        return service.getBean(Answers.class);
    }

    /** The text of a fresh key of a fresh org with that plan, as {@code version;events;burst} or {@code version;unlimited}. */
    public String keyOf(String plan) {
        ApiKey key = ApiKey.parse(wellFormed(made.incrementAndGet())).orElseThrow();
        fakes.callers.put(
                key.hash(),
                new Caller(
                        new OrgId(UUID.randomUUID()),
                        key.id(),
                        Set.of(Scope.EVENTS_WRITE),
                        Plan.parse(plan),
                        false,
                        Optional.empty(),
                        1));
        return key.reveal();
    }

    /** A key's text: prefix, id, secret, and the CRC-32 of these in base 62. */
    private static String wellFormed(int number) {
        String body = String.format(Locale.ROOT, "trg_live_%08d_%032d", number, number);
        CRC32 crc = new CRC32();
        crc.update(body.getBytes(US_ASCII));
        StringBuilder digits = new StringBuilder();
        long rest = crc.getValue();
        for (int i = 0; i < 6; i++) {
            digits.append(DIGITS.charAt((int) (rest % DIGITS.length())));
            rest /= DIGITS.length();
        }
        return body + digits.reverse();
    }

    @Override
    public void close() {
        service.close();
    }

    /** What stands in for Kafka and for the layers of keys. */
    @Configuration(proxyBeanMethods = false)
    public static class Fakes {

        private final FakeEventLog log = new FakeEventLog();
        private final Map<ApiKeyHash, Caller> callers = new ConcurrentHashMap<>();

        @Bean
        @Primary
        BoundedEventLog fakeLog() {
            return new BoundedEventLog(log, 10_000, 33_554_432);
        }

        @Bean
        @Primary
        ApiKeys fakeKeys() {
            return hash -> Optional.ofNullable(callers.get(hash));
        }
    }
}
