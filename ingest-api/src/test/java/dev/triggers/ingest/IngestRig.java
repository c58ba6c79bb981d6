package dev.triggers.ingest;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.triggers.access.ApiKey;
import dev.triggers.access.ApiKeyHash;
import dev.triggers.access.ApiKeys;
import dev.triggers.access.Caller;
import dev.triggers.access.Confirmed;
import dev.triggers.access.KeyState;
import dev.triggers.access.Scope;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.limit.Plan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

/** The service from its own main, over real HTTP, but for the keys and perhaps the log, which are fakes; nothing else is there. */
public final class IngestRig implements AutoCloseable {

    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private final AtomicInteger made = new AtomicInteger();
    private final ConfigurableApplicationContext service;

    private IngestRig(ConfigurableApplicationContext service) {
        this.service = service;
    }

    public static IngestRig start(String... settings) {
        return started(Set.of(FakeKeys.class, FakeLog.class), "127.0.0.1:1", settings);
    }

    /** The same, but in front of real Kafka. */
    public static IngestRig startOnKafka(String bootstrap, String... settings) {
        return started(Set.of(FakeKeys.class), bootstrap, settings);
    }

    private static IngestRig started(Set<Class<?>> fakes, String bootstrap, String... settings) {
        SpringApplication application = IngestApplication.application();
        application.addPrimarySources(fakes);
        List<String> all = new ArrayList<>(List.of(settings));
        all.add("--server.port=0");
        all.add("--triggers.dev=true");
        all.add("--triggers.ingest.kafka.replication-factor=1");
        all.add("--triggers.ingest.kafka.bootstrap=" + bootstrap);
        all.add("--triggers.access.postgres.url=jdbc:postgresql://127.0.0.1:1/triggers");
        all.add("--triggers.access.redis.url=redis://127.0.0.1:1");
        return new IngestRig(application.run(all.toArray(String[]::new)));
    }

    public int port() {
        return Integer.parseInt(service.getEnvironment().getRequiredProperty("local.server.port"));
    }

    public FakeEventLog log() {
        return service.getBean(FakeEventLog.class);
    }

    public Answers answers() {
        return service.getBean(Answers.class);
    }

    /** The text of a fresh key of a fresh org with that plan, as {@code version;events;burst} or {@code version;unlimited}. */
    public String keyOf(String plan) {
        return keyOf(new OrgId(UUID.randomUUID()), plan);
    }

    /** The same of a given org. */
    public String keyOf(OrgId org, String plan) {
        ApiKey key = ApiKey.parse(wellFormed(made.incrementAndGet())).orElseThrow();
        service.getBean(FakeKeys.class)
                .states
                .put(
                        key.hash(),
                        new KeyState.InUse(new Caller(
                                org,
                                key.id(),
                                Set.of(Scope.EVENTS_WRITE),
                                Plan.parse(plan),
                                false,
                                Optional.empty(),
                                1)));
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

    /** What stands in for Kafka. */
    @Configuration(proxyBeanMethods = false)
    static class FakeLog {

        @Bean
        FakeEventLog fakeMemory() {
            return new FakeEventLog();
        }

        @Bean
        @Primary
        BoundedEventLog fakeLog(FakeEventLog memory) {
            return new BoundedEventLog(memory, 10_000, 33_554_432);
        }
    }

    /** What stands in for the layers of keys. */
    @Configuration(proxyBeanMethods = false)
    static class FakeKeys {

        private final Map<ApiKeyHash, KeyState> states = new ConcurrentHashMap<>();

        @Bean
        @Primary
        ApiKeys fakeKeys() {
            return hash -> new Confirmed(states.getOrDefault(hash, KeyState.UNKNOWN), Duration.ZERO);
        }
    }
}
