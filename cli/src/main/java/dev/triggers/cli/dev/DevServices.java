package dev.triggers.cli.dev;

import dev.triggers.access.ApiKey;
import dev.triggers.access.ApiKeys;
import dev.triggers.access.Org;
import dev.triggers.access.Orgs;
import dev.triggers.access.Scope;
import dev.triggers.backends.Backends;
import dev.triggers.cli.Failure;
import dev.triggers.common.about.Readiness;
import dev.triggers.common.about.ReadinessReport;
import dev.triggers.common.limit.Tier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.boot.Banner;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The running services, and the org {@code demo} in them. */
final class DevServices implements AutoCloseable {

    private static final String DEMO = "demo";
    private static final Duration READY_WITHIN = Duration.ofSeconds(120);
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);

    private final ConfigurableApplicationContext context;

    private DevServices(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** Throws {@link Failure} when a service refuses to start, as with a setting that cannot be. */
    static DevServices start(int port, Path data, Backends backends, String adminToken) {
        SpringApplicationBuilder application = new SpringApplicationBuilder(DevApplication.class)
                .bannerMode(Banner.Mode.OFF)
                .registerShutdownHook(false)
                .logStartupInfo(false)
                .properties(settings(port, data, backends, adminToken));
        try {
            return new DevServices(application.run());
        } catch (RuntimeException e) {
            throw new Failure(
                    "the services do not start: " + Refusal.reason(e) + "; more is in " + data.resolve(DevState.LOG),
                    e);
        }
    }

    private static Map<String, Object> settings(int port, Path data, Backends backends, String adminToken) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("spring.config.name", "dev");
        settings.put("server.port", port);
        for (String kafka : List.of("ingest.kafka.", "processor.kafka-", "inbox.kafka-")) {
            settings.put("triggers." + kafka + "bootstrap", backends.kafkaBootstrap());
        }
        for (String topics : List.of("ingest.kafka", "processor", "inbox")) {
            settings.put("triggers." + topics + ".replication-factor", 1);
        }
        for (String member : List.of("processor", "inbox")) {
            settings.put("triggers." + member + ".instance-id", "dev");
        }
        settings.put("triggers.processor.standby-replicas", 0);
        settings.put(
                "triggers.processor.state-dir", data.resolve(DevState.STATE).toString());
        settings.put("triggers.access.admin-tokens", adminToken);
        settings.put("triggers.access.redis.url", backends.redisUrl());
        settings.put("triggers.access.postgres.url", backends.postgres().jdbcUrl());
        settings.put("triggers.access.postgres.user", backends.postgres().user());
        settings.put("triggers.access.postgres.password", backends.postgres().password());
        settings.put("triggers.inbox.postgres.url", backends.postgres().jdbcUrl());
        settings.put("triggers.inbox.postgres.owner", backends.postgres().user());
        settings.put(
                "triggers.inbox.postgres.owner-password", backends.postgres().password());
        settings.put(
                "triggers.inbox.postgres.projector-password",
                backends.postgres().password());
        settings.put(
                "triggers.inbox.postgres.reader-password", backends.postgres().password());
        return settings;
    }

    /** Returns once every part says so. Throws {@link Failure} when that takes more than a minute. */
    void awaitReady() throws InterruptedException {
        Collection<Readiness> parts = context.getBeansOfType(Readiness.class).values();
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        ReadinessReport report = ReadinessReport.of(parts);
        while (!report.ready()) {
            if (System.nanoTime() > deadline) {
                throw new Failure("not ready after " + READY_WITHIN.toSeconds() + " s, still waiting for "
                        + String.join(", ", report.waitingFor()));
            }
            Thread.sleep(LOOK_EVERY);
            report = ReadinessReport.of(parts);
        }
    }

    /** A key of the org {@code demo} with all scopes: the one remembered while it is good, else a new one. */
    String demoKey(Optional<String> remembered) {
        ApiKeys keys = context.getBean(ApiKeys.class);
        return remembered
                .filter(text ->
                        ApiKey.parse(text).flatMap(key -> keys.find(key.hash())).isPresent())
                .orElseGet(this::newDemoKey);
    }

    private String newDemoKey() {
        Orgs orgs = context.getBean(Orgs.class);
        Optional<Org> demo = orgs.findByName(DEMO);
        return demo.flatMap(org -> orgs.issueKey(org.id(), DEMO, Scope.all()))
                .orElseGet(() -> orgs.create(DEMO, Tier.UNLIMITED).key())
                .key()
                .reveal();
    }

    @Override
    public void close() {
        context.close();
    }
}
