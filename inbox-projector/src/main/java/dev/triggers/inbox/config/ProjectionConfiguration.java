package dev.triggers.inbox.config;

import dev.triggers.common.wire.TopicCreation;
import dev.triggers.inbox.Rebuilds;
import dev.triggers.inbox.http.RebuildController;
import dev.triggers.inbox.kafka.KafkaDeadLetters;
import dev.triggers.inbox.postgres.DayPartitions;
import dev.triggers.inbox.postgres.InboxSchema.Passwords;
import dev.triggers.inbox.postgres.NextGeneration;
import dev.triggers.inbox.postgres.PostgresProjection;
import dev.triggers.inbox.postgres.RebuildRows;
import dev.triggers.inbox.postgres.Retention;
import dev.triggers.inbox.projection.DeadLetterLog;
import dev.triggers.inbox.projection.LogProjector;
import dev.triggers.inbox.projection.LogReplay;
import dev.triggers.inbox.projection.LogRetention;
import dev.triggers.inbox.projection.Projection;
import dev.triggers.inbox.projection.ProjectionMeters;
import dev.triggers.inbox.projection.ProjectorContainer;
import dev.triggers.inbox.rebuild.RebuildRunner;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** From the log into the tables, once and again, wired. */
@Configuration(proxyBeanMethods = false)
class ProjectionConfiguration {

    @Bean
    DeadLetterLog inboxDeadLetters(InboxConfig config) {
        return new KafkaDeadLetters(config.kafka());
    }

    @Bean
    ProjectionMeters inboxProjectionMeters(MeterRegistry meters, InstantSource clock) {
        return new ProjectionMeters(meters, clock);
    }

    @Bean
    Projection inboxProjection(
            @Qualifier("inboxWriter") DataSource writer,
            DayPartitions days,
            Retention retention,
            DeadLetterLog deadLetters,
            ProjectionMeters meters) {
        return new PostgresProjection(writer, days, retention, deadLetters, meters);
    }

    @Bean
    LogProjector inboxLogProjector(InboxConfig config, Projection projection, ProjectionMeters meters) {
        return new LogProjector(projection, meters, config.batchRecords());
    }

    @Bean(initMethod = "start")
    LogRetention inboxLogRetention(InboxConfig config, MeterRegistry meters) {
        LogRetention retention = new LogRetention(config.kafka(), Duration.ofDays(config.retentionDays()));
        Gauge.builder("triggers.inbox.log.retention.faults", retention, LogRetention::faults)
                .description("Settings of topics by which the log keeps less than the tables")
                .register(meters);
        return retention;
    }

    @Bean
    ProjectorContainer inboxProjectorContainer(
            InboxConfig config, LogProjector projector, @Value("${triggers.dev:false}") boolean dev) {
        TopicCreation.requireSafe("triggers.inbox.replication-factor", config.replicationFactor(), dev);
        return new ProjectorContainer(
                new ProjectorContainer.Settings(
                        config.kafka(),
                        config.instanceId(),
                        config.consumers(),
                        config.batchRecords(),
                        config.partitions(),
                        config.replicationFactor()),
                projector);
    }

    @Bean
    SmartInitializingSingleton inboxTopicsGauge(ProjectorContainer container, MeterRegistry meters) {
        return () -> Gauge.builder("triggers.topics.deviations", container, ProjectorContainer::topicDeviations)
                .description("Settings in which topics were not what they should be when this service started")
                .tag("service", "inbox-projector")
                .register(meters);
    }

    @Bean
    RebuildRunner inboxRebuilds(
            InboxConfig config,
            @Qualifier("inboxOwner") DataSource owner,
            @Qualifier("inboxWriter") DataSource writer,
            Retention retention,
            LogRetention logRetention) {
        Passwords passwords = new Passwords(
                config.postgres().readerPassword(), config.postgres().projectorPassword());
        return new RebuildRunner(
                new RebuildRows(owner),
                () -> new NextGeneration(owner, writer, passwords, retention),
                new LogReplay(config.kafka(), config.batchRecords()),
                logRetention,
                config.consumers());
    }

    @Bean
    RebuildController inboxRebuildController(Rebuilds rebuilds) {
        return new RebuildController(rebuilds);
    }
}
