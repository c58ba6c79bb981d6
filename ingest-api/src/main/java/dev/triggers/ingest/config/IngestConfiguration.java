package dev.triggers.ingest.config;

import dev.triggers.access.KeyRing;
import dev.triggers.access.Orgs;
import dev.triggers.access.config.AccessConfiguration;
import dev.triggers.access.http.ApiErrors;
import dev.triggers.common.about.Readiness;
import dev.triggers.ingest.Answers;
import dev.triggers.ingest.BatchIngestor;
import dev.triggers.ingest.BatchIngestor.BatchPolicy;
import dev.triggers.ingest.BodyBytes;
import dev.triggers.ingest.BoundedEventLog;
import dev.triggers.ingest.Budgets;
import dev.triggers.ingest.EventIngestor;
import dev.triggers.ingest.EventLog;
import dev.triggers.ingest.LocalBudgets;
import dev.triggers.ingest.PunctualEventLog;
import dev.triggers.ingest.WaitingEventLog;
import dev.triggers.ingest.http.BatchController;
import dev.triggers.ingest.http.EventBodies;
import dev.triggers.ingest.http.EventsController;
import dev.triggers.ingest.http.EventsServlet;
import dev.triggers.ingest.http.KeysController;
import dev.triggers.ingest.http.MeController;
import dev.triggers.ingest.http.OrgsController;
import dev.triggers.ingest.kafka.KafkaEventLog;
import dev.triggers.ingest.kafka.KafkaThrottles;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
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
    PunctualEventLog ingestPunctualLog(BoundedEventLog log, IngestConfig config) {
        return new PunctualEventLog(log, config.deadline());
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
    EventIngestor ingestEventIngestor(PunctualEventLog log, Budgets budgets, InstantSource clock) {
        return new EventIngestor(log, budgets, clock);
    }

    @Bean
    Answers ingestAnswers() {
        return new Answers();
    }

    /** Batches wait for their turn in half of the log's window, so that they leave the other half to single events. */
    @Bean
    BatchIngestor ingestBatchIngestor(PunctualEventLog log, Budgets budgets, InstantSource clock, IngestConfig config) {
        EventLog half = new WaitingEventLog(
                log, config.window().events() / 2, config.window().bytes() / 2, config.deadline());
        BatchPolicy policy = new BatchPolicy(
                config.batch().events(), config.batch().bytes(), config.batch().within());
        return new BatchIngestor(half, budgets, clock, policy);
    }

    @Bean
    EventBodies ingestBodies(IngestConfig config) {
        return new EventBodies(
                new BodyBytes(config.bodies().singleBytes()),
                new BodyBytes(config.bodies().batchBytes()),
                config.bodies().within());
    }

    @Bean
    EventsController ingestEvents(EventIngestor ingestor, EventBodies bodies, Answers answers) {
        return new EventsController(ingestor, bodies, answers);
    }

    @Bean
    ServletRegistrationBean<EventsServlet> ingestEventsServlet(EventsController events, ApiErrors errors) {
        EventsServlet servlet = new EventsServlet(
                events, errors, DispatcherServletAutoConfiguration.DEFAULT_DISPATCHER_SERVLET_BEAN_NAME);
        ServletRegistrationBean<EventsServlet> registration =
                new ServletRegistrationBean<>(servlet, EventsServlet.PATHS.toArray(String[]::new));
        registration.setLoadOnStartup(1);
        return registration;
    }

    @Bean
    BatchController ingestBatches(BatchIngestor ingestor, EventBodies bodies, Answers answers) {
        return new BatchController(ingestor, bodies, answers);
    }

    @Bean
    OrgsController ingestOrgs(Orgs orgs, KeyRing keys, InstantSource clock) {
        return new OrgsController(orgs, keys, clock);
    }

    @Bean
    KeysController ingestKeys(KeyRing keys, InstantSource clock) {
        return new KeysController(keys, clock);
    }

    @Bean
    MeController ingestMe(Orgs orgs, Budgets budgets) {
        return new MeController(orgs, budgets);
    }

    @Bean
    Readiness ingestReadiness(KafkaEventLog log, KafkaThrottles throttles) {
        return new LogReadiness(log, throttles);
    }

    @Bean
    SmartInitializingSingleton ingestMetrics(
            Answers answers, BoundedEventLog log, KafkaEventLog kafka, MeterRegistry registry) {
        return () -> new IngestMetrics(answers, log, kafka).bindTo(registry);
    }
}
