package dev.triggers.processor.config;

import dev.triggers.common.about.Readiness;
import dev.triggers.common.wire.TopicCreation;
import dev.triggers.processor.dedup.FilterPool;
import dev.triggers.processor.streams.AboutServer;
import dev.triggers.processor.streams.DecisionCounters;
import dev.triggers.processor.streams.ProcessorMeters;
import dev.triggers.processor.streams.ProcessorRunner;
import dev.triggers.processor.streams.StreamsSettings;
import dev.triggers.processor.topology.EventTopology;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.apache.kafka.streams.StreamsConfig;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The processor, wired. Needs a {@link PrometheusMeterRegistry} of its host. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ProcessorConfig.class)
public class ProcessorConfiguration {

    @Bean(initMethod = "start", destroyMethod = "close")
    ProcessorRunner processorRunner(
            ProcessorConfig config, MeterRegistry meters, @Value("${triggers.dev:false}") boolean dev) {
        TopicCreation.requireSafe("triggers.processor.replication-factor", config.replicationFactor(), dev);
        StreamsConfig streams = new StreamsSettings(
                        config.kafka(),
                        config.stateDir(),
                        config.instanceId(),
                        config.threads(),
                        config.standbyReplicas(),
                        config.replicationFactor(),
                        config.commitInterval(),
                        config.blockCacheBytes(),
                        config.writeBufferBytes())
                .toConfig();
        FilterPool filters = new FilterPool(config.filterBytes());
        EventTopology topology = new EventTopology(
                streams, config.admission(), filters, new DecisionCounters(meters), config.earlyCommitInterval());
        ProcessorRunner runner =
                new ProcessorRunner(config.kafka(), streams, topology, config.partitions(), config.replicationFactor());
        new ProcessorMeters(runner).bindTo(meters);
        Gauge.builder("triggers.processor.filter.bytes", filters, FilterPool::bytes)
                .description("Memory of the filters that answer for ids never seen")
                .register(meters);
        return runner;
    }

    @Bean(destroyMethod = "close")
    @ConditionalOnExpression("${triggers.processor.about-port:8082} >= 0")
    AboutServer processorAboutServer(ProcessorConfig config, List<Readiness> parts, PrometheusMeterRegistry meters)
            throws IOException {
        return new AboutServer(new InetSocketAddress(config.bindAddress(), config.aboutPort()), parts, meters::scrape);
    }
}
