package dev.triggers.ingest.config;

import dev.triggers.access.Orgs;
import dev.triggers.access.config.AccessConfiguration;
import dev.triggers.common.about.Readiness;
import dev.triggers.ingest.Answers;
import dev.triggers.ingest.BoundedEventLog;
import dev.triggers.ingest.Budgets;
import dev.triggers.ingest.EventIngestor;
import dev.triggers.ingest.LocalBudgets;
import dev.triggers.ingest.http.EventsController;
import dev.triggers.ingest.http.OrgsController;
import dev.triggers.ingest.kafka.KafkaEventLog;
import dev.triggers.ingest.kafka.KafkaThrottles;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Everything of ingest, for a process of its own or one shared with other services. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(IngestConfig.class)
@Import(AccessConfiguration.class)
public class IngestConfiguration {

    private static final int ORGS_REMEMBERED = 100_000;

    @Bean(initMethod = "start")
    KafkaEventLog ingestKafkaLog(IngestConfig config, @Value("${triggers.dev:false}") boolean dev) {
        config.requireSafe(dev);
        return new KafkaEventLog(config.kafka().settings());
    }

    @Bean
    BoundedEventLog ingestLog(KafkaEventLog log, IngestConfig config) {
        return new BoundedEventLog(
                log, config.window().events(), config.window().bytes());
    }

    @Bean
    LocalBudgets ingestBudgets(InstantSource clock) {
        return new LocalBudgets(clock, ORGS_REMEMBERED);
    }

    @Bean(initMethod = "start")
    KafkaThrottles ingestThrottles(IngestConfig config, LocalBudgets budgets, InstantSource clock) {
        return new KafkaThrottles(config.kafka().settings(), budgets, clock);
    }

    @Bean
    EventIngestor ingestEventIngestor(BoundedEventLog log, Budgets budgets, InstantSource clock, IngestConfig config) {
        return new EventIngestor(log, budgets, clock, config.deadline());
    }

    @Bean
    Answers ingestAnswers() {
        return new Answers();
    }

    @Bean
    EventsController ingestEvents(EventIngestor ingestor, Answers answers) {
        return new EventsController(ingestor, answers);
    }

    @Bean
    OrgsController ingestOrgs(Orgs orgs) {
        return new OrgsController(orgs);
    }

    @Bean
    Readiness ingestReadiness(KafkaEventLog log, KafkaThrottles throttles) {
        return new LogReadiness(log, throttles);
    }

    @Bean
    SmartInitializingSingleton ingestMetrics(Answers answers, BoundedEventLog log, MeterRegistry registry) {
        return () -> new IngestMetrics(answers, log).bindTo(registry);
    }
}
