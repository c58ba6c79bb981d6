package dev.triggers.inbox.config;

import com.zaxxer.hikari.HikariDataSource;
import dev.triggers.access.ApiKeys;
import dev.triggers.access.config.AccessConfiguration;
import dev.triggers.access.http.Drain;
import dev.triggers.common.wire.TopicCreation;
import dev.triggers.inbox.DispositionLog;
import dev.triggers.inbox.Inbox;
import dev.triggers.inbox.Inboxes;
import dev.triggers.inbox.IngestedLog;
import dev.triggers.inbox.LeasePolicy;
import dev.triggers.inbox.Leases;
import dev.triggers.inbox.MarkerLog;
import dev.triggers.inbox.Operations;
import dev.triggers.inbox.Rebuilds;
import dev.triggers.inbox.Receipts;
import dev.triggers.inbox.Reconciliation;
import dev.triggers.inbox.SubmissionLog;
import dev.triggers.inbox.Submitting;
import dev.triggers.inbox.http.HistoryController;
import dev.triggers.inbox.http.InboxController;
import dev.triggers.inbox.http.InboxErrors;
import dev.triggers.inbox.http.InboxesController;
import dev.triggers.inbox.http.MessagesController;
import dev.triggers.inbox.http.OperationsController;
import dev.triggers.inbox.http.Permits;
import dev.triggers.inbox.http.RebuildController;
import dev.triggers.inbox.http.ReceiptsController;
import dev.triggers.inbox.http.ReconciliationController;
import dev.triggers.inbox.http.RedrivesController;
import dev.triggers.inbox.http.SignalController;
import dev.triggers.inbox.http.StreamController;
import dev.triggers.inbox.kafka.KafkaDeadLetters;
import dev.triggers.inbox.kafka.KafkaDispositions;
import dev.triggers.inbox.kafka.KafkaIngested;
import dev.triggers.inbox.kafka.KafkaMarkers;
import dev.triggers.inbox.kafka.KafkaSubmissions;
import dev.triggers.inbox.kafka.KafkaSubmitting;
import dev.triggers.inbox.live.EventStreams;
import dev.triggers.inbox.live.StreamLimits;
import dev.triggers.inbox.live.WakeUps;
import dev.triggers.inbox.postgres.DayKeeper;
import dev.triggers.inbox.postgres.DayPartitions;
import dev.triggers.inbox.postgres.InboxSchema;
import dev.triggers.inbox.postgres.InboxSchema.Passwords;
import dev.triggers.inbox.postgres.InboxTurns;
import dev.triggers.inbox.postgres.InboxUpkeep;
import dev.triggers.inbox.postgres.LeaseSecret;
import dev.triggers.inbox.postgres.NextGeneration;
import dev.triggers.inbox.postgres.Notifications;
import dev.triggers.inbox.postgres.PostgresArrivals;
import dev.triggers.inbox.postgres.PostgresBooks;
import dev.triggers.inbox.postgres.PostgresFeed;
import dev.triggers.inbox.postgres.PostgresHistory;
import dev.triggers.inbox.postgres.PostgresInbox;
import dev.triggers.inbox.postgres.PostgresInboxes;
import dev.triggers.inbox.postgres.PostgresLeases;
import dev.triggers.inbox.postgres.PostgresOperations;
import dev.triggers.inbox.postgres.PostgresProjection;
import dev.triggers.inbox.postgres.PostgresReceipts;
import dev.triggers.inbox.postgres.PostgresRedrives;
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
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The inbox projector, wired. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(InboxConfig.class)
@Import({AccessConfiguration.class, InboxErrors.class, NotificationConfiguration.class})
public class InboxConfiguration {

    private static final Duration PERMIT_EVERY = Duration.ofSeconds(5);

    // -- the tables

    @Bean(defaultCandidate = false)
    HikariDataSource inboxOwner(InboxConfig config) {
        return Pools.owner(config.postgres());
    }

    @Bean(defaultCandidate = false)
    HikariDataSource inboxWriter(InboxConfig config) {
        return Pools.projector(config.postgres(), config.consumers());
    }

    @Bean(defaultCandidate = false)
    HikariDataSource inboxReader(InboxConfig config) {
        return Pools.reader(config.postgres());
    }

    @Bean(defaultCandidate = false)
    HikariDataSource inboxAuditor(InboxConfig config) {
        return Pools.auditor(config.postgres());
    }

    @Bean
    DayPartitions inboxDayPartitions(@Qualifier("inboxOwner") DataSource owner) {
        return new DayPartitions(owner);
    }

    @Bean
    InboxSchema inboxSchema(
            @Qualifier("inboxOwner") DataSource owner, DayPartitions days, InboxConfig config, InstantSource clock) {
        return new InboxSchema(
                owner, config.postgres().readerPassword(), config.postgres().projectorPassword(), days, clock);
    }

    @Bean
    Retention inboxRetention(InboxConfig config, InstantSource clock) {
        return new Retention(config.retentionDays(), clock);
    }

    @Bean
    DayKeeper inboxDayKeeper(
            @Qualifier("inboxOwner") DataSource owner, DayPartitions days, Retention retention, MeterRegistry meters) {
        return new DayKeeper(owner, days, retention, meters);
    }

    // -- from the log into the tables

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

    /** First the tables, then what is laid into them. */
    @Bean
    SmartInitializingSingleton inboxStart(
            InboxSchema schema,
            DayKeeper days,
            ProjectorContainer container,
            InboxUpkeep upkeep,
            RebuildRunner rebuilds) {
        return () -> schema.start(() -> {
            days.start();
            container.start();
            upkeep.start();
            rebuilds.start();
        });
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

    // -- from the tables to consumers

    @Bean
    DispositionLog inboxDispositions(InboxConfig config) {
        return new KafkaDispositions(config.kafka());
    }

    @Bean
    SubmissionLog inboxSubmissions(InboxConfig config) {
        return new KafkaSubmissions(config.kafka());
    }

    @Bean
    InboxTurns inboxTurns(@Qualifier("inboxReader") DataSource reader, DispositionLog dispositions) {
        return new InboxTurns(reader, dispositions);
    }

    @Bean
    Inbox inbox(InboxTurns turns) {
        return new PostgresInbox(turns);
    }

    @Bean
    WakeUps inboxWakeUps(InboxConfig config) {
        return new WakeUps(config.waiters());
    }

    @Bean(initMethod = "start")
    Notifications inboxNotifications(InboxConfig config, WakeUps wakeUps) {
        return new Notifications(Pools.listener(config.postgres()), wakeUps);
    }

    @Bean
    SmartInitializingSingleton inboxWaitingGauge(WakeUps wakeUps, MeterRegistry meters) {
        return () -> Gauge.builder("triggers.inbox.waiting", wakeUps, WakeUps::waiting)
                .description("Requests that wait for something to happen")
                .register(meters);
    }

    @Bean
    EventStreams inboxStreams(InboxConfig config, WakeUps wakeUps, MeterRegistry meters, Drain drain) {
        InboxConfig.Streams streams = config.streams();
        EventStreams open = new EventStreams(
                new StreamLimits(
                        streams.most(),
                        streams.perOrg(),
                        streams.bytes(),
                        streams.readers(),
                        streams.heartbeat(),
                        PERMIT_EVERY,
                        streams.patience()),
                wakeUps,
                meters);
        drain.onRefusing(open::drain);
        return open;
    }

    @Bean
    StreamController inboxStreamController(
            EventStreams streams, @Qualifier("inboxReader") DataSource reader, ApiKeys keys, InstantSource clock) {
        return new StreamController(streams, new PostgresFeed(reader), new Permits(keys, clock));
    }

    @Bean
    SignalController inboxSignalController(
            EventStreams streams, @Qualifier("inboxReader") DataSource reader, ApiKeys keys, InstantSource clock) {
        return new SignalController(streams, new PostgresArrivals(reader), new Permits(keys, clock));
    }

    @Bean
    Leases inboxLeases(InboxTurns turns) {
        return new PostgresLeases(turns, LeasePolicy.DEFAULT);
    }

    @Bean
    Operations inboxOperations(@Qualifier("inboxReader") DataSource reader, DispositionLog dispositions) {
        return new PostgresOperations(reader, dispositions);
    }

    @Bean
    Submitting inboxSubmitting(InboxConfig config) {
        return new KafkaSubmitting(config.kafka());
    }

    @Bean
    RedrivesController inboxRedrivesController(
            @Qualifier("inboxReader") DataSource reader, Submitting log, InstantSource clock) {
        return new RedrivesController(new PostgresRedrives(reader, log, clock), clock);
    }

    @Bean
    OperationsController inboxOperationsController(Operations operations, WakeUps wakeUps) {
        return new OperationsController(operations, wakeUps);
    }

    @Bean
    MessagesController inboxMessagesController(
            Leases leases, Inboxes inboxes, WakeUps wakeUps, @Qualifier("inboxReader") DataSource reader) {
        return new MessagesController(leases, inboxes, wakeUps, new LeaseSecret(reader));
    }

    @Bean
    MarkerLog inboxMarkers(InboxConfig config) {
        return new KafkaMarkers(config.kafka());
    }

    @Bean
    Inboxes inboxes(
            @Qualifier("inboxReader") DataSource reader, MarkerLog markers, InboxConfig config, InstantSource clock) {
        return new PostgresInboxes(reader, markers, config.mostInboxes(), clock);
    }

    @Bean
    InboxesController inboxInboxesController(Inboxes inboxes) {
        return new InboxesController(inboxes);
    }

    @Bean
    InboxUpkeep inboxUpkeep(
            @Qualifier("inboxWriter") DataSource writer, MarkerLog markers, Retention retention, MeterRegistry meters) {
        return new InboxUpkeep(writer, markers, retention, meters);
    }

    @Bean
    HistoryController inboxHistoryController(@Qualifier("inboxReader") DataSource reader) {
        return new HistoryController(new PostgresHistory(reader));
    }

    @Bean
    IngestedLog inboxIngestedLog(InboxConfig config) {
        return new KafkaIngested(config.kafka());
    }

    @Bean
    ReconciliationController inboxReconciliationController(
            IngestedLog log,
            @Qualifier("inboxReader") DataSource reader,
            @Qualifier("inboxAuditor") DataSource auditor,
            InstantSource clock) {
        return new ReconciliationController(new Reconciliation(log, new PostgresBooks(reader, auditor)), clock);
    }

    @Bean
    Receipts inboxReceipts(@Qualifier("inboxReader") DataSource reader, SubmissionLog log) {
        return new PostgresReceipts(reader, log);
    }

    @Bean
    InboxController inboxController(Inbox inbox, WakeUps wakeUps) {
        return new InboxController(inbox, wakeUps);
    }

    @Bean
    ReceiptsController inboxReceiptsController(Receipts receipts, WakeUps wakeUps) {
        return new ReceiptsController(receipts, wakeUps);
    }
}
