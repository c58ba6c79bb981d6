package dev.triggers.inbox.config;

import dev.triggers.access.ApiKeys;
import dev.triggers.access.config.Connections;
import dev.triggers.access.http.Drain;
import dev.triggers.inbox.http.Permits;
import dev.triggers.inbox.http.SignalController;
import dev.triggers.inbox.http.StreamController;
import dev.triggers.inbox.live.EventStreams;
import dev.triggers.inbox.live.StreamLimits;
import dev.triggers.inbox.live.WakeUps;
import dev.triggers.inbox.postgres.Notifications;
import dev.triggers.inbox.postgres.PostgresArrivals;
import dev.triggers.inbox.postgres.PostgresFeed;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What waits for something to happen, wired. */
@Configuration(proxyBeanMethods = false)
class StreamConfiguration {

    private static final Duration PERMIT_EVERY = Duration.ofSeconds(5);

    @Bean
    WakeUps inboxWakeUps(InboxConfig config) {
        return new WakeUps(config.waiters());
    }

    /** Listens from when the tables are there, and with them the role that it listens as. */
    @Bean
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
    EventStreams inboxStreams(
            InboxConfig config, Connections connections, WakeUps wakeUps, MeterRegistry meters, Drain drain) {
        InboxConfig.Streams streams = config.streams();
        EventStreams open = new EventStreams(
                new StreamLimits(
                        Math.min(streams.most(), connections.most() / 2),
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
}
