package dev.triggers.inbox.config;

import com.zaxxer.hikari.HikariDataSource;
import dev.triggers.inbox.MarkerLog;
import dev.triggers.inbox.postgres.DayKeeper;
import dev.triggers.inbox.postgres.DayPartitions;
import dev.triggers.inbox.postgres.InboxSchema;
import dev.triggers.inbox.postgres.InboxUpkeep;
import dev.triggers.inbox.postgres.Notifications;
import dev.triggers.inbox.postgres.Retention;
import dev.triggers.inbox.projection.ProjectorContainer;
import dev.triggers.inbox.rebuild.RebuildRunner;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The tables, who may use them, and what keeps them as they should be, wired. */
@Configuration(proxyBeanMethods = false)
class TablesConfiguration {

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

    @Bean
    InboxUpkeep inboxUpkeep(
            @Qualifier("inboxWriter") DataSource writer, MarkerLog markers, Retention retention, MeterRegistry meters) {
        return new InboxUpkeep(writer, markers, retention, meters);
    }

    /** First the tables, then what is laid into them. */
    @Bean
    SmartInitializingSingleton inboxStart(
            InboxSchema schema,
            Notifications notifications,
            DayKeeper days,
            ProjectorContainer container,
            InboxUpkeep upkeep,
            RebuildRunner rebuilds) {
        return () -> schema.start(() -> {
            notifications.start();
            days.start();
            container.start();
            upkeep.start();
            rebuilds.start();
        });
    }
}
