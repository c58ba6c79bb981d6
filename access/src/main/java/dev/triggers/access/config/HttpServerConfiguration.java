package dev.triggers.access.config;

import dev.triggers.access.http.ContainerErrors;
import dev.triggers.access.http.ContractDocuments;
import dev.triggers.access.http.Drain;
import dev.triggers.access.http.DrainFilter;
import dev.triggers.access.http.Paths;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.DispatcherType;
import java.time.InstantSource;
import java.util.EnumSet;
import org.apache.catalina.core.StandardHost;
import org.apache.coyote.AbstractProtocol;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.web.filter.RequestContextFilter;

/**
 * How an HTTP server behaves as a server: how many it serves, how it goes down, and what it says where no controller is
 * asked.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DrainConfig.class)
@Import(ContractDocuments.class)
class HttpServerConfiguration {

    /** After the request has its id, before anybody looks at a key. */
    private static final int DRAIN_ORDER = Ordered.HIGHEST_PRECEDENCE + 5;

    @Bean
    Drain accessDrain() {
        return new Drain();
    }

    @Bean
    DrainLifecycle accessDrainLifecycle(Drain drain, DrainConfig config) {
        return new DrainLifecycle(drain, config);
    }

    @Bean
    FilterRegistrationBean<DrainFilter> accessDrainFilter(Drain drain) {
        FilterRegistrationBean<DrainFilter> registration =
                new FilterRegistrationBean<>(new DrainFilter(drain, Paths.DEFAULT));
        registration.addUrlPatterns("/*");
        registration.setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST));
        registration.setOrder(DRAIN_ORDER);
        return registration;
    }

    /** Registered so that Boot does not, and switched off: nothing here asks a thread for its request. */
    @Bean
    FilterRegistrationBean<RequestContextFilter> accessNoRequestContextFilter() {
        FilterRegistrationBean<RequestContextFilter> registration =
                new FilterRegistrationBean<>(new RequestContextFilter());
        registration.setEnabled(false);
        return registration;
    }

    @Bean
    Connections accessConnections(Environment environment) {
        return Connections.of(environment, Runtime.getRuntime().maxMemory());
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> accessConnectionBound(
            Connections connections, MeterRegistry metrics) {
        return factory -> factory.addConnectorCustomizers(connector -> {
            if (connector.getProtocolHandler() instanceof AbstractProtocol<?> protocol) {
                protocol.setMaxConnections(connections.most());
                Gauge.builder("triggers.http.connections", protocol, AbstractProtocol::getConnectionCount)
                        .description("Connections that are open")
                        .register(metrics);
                Gauge.builder("triggers.http.connections.most", protocol, AbstractProtocol::getMaxConnections)
                        .description("Connections that may be open; more wait to be accepted")
                        .register(metrics);
            }
        });
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> accessContainerErrors(InstantSource clock) {
        return factory -> factory.addContextCustomizers(context -> {
            if (context.getParent() instanceof StandardHost host) {
                host.setErrorReportValveClass("");
                host.getPipeline().addValve(new ContainerErrors(clock));
            }
        });
    }
}
