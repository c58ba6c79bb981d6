package dev.triggers.processor;

import dev.triggers.processor.config.ProcessorConfiguration;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** The event processor as a service of its own. Settings: {@code event-processor.yml}, then the environment. */
@SpringBootConfiguration(proxyBeanMethods = false)
@Import(ProcessorConfiguration.class)
public class ProcessorApplication {

    public static void main(String[] args) {
        new SpringApplicationBuilder(ProcessorApplication.class)
                .properties("spring.config.name=event-processor")
                .bannerMode(Banner.Mode.OFF)
                .run(args);
    }

    @Bean
    PrometheusMeterRegistry meters() {
        return new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    }
}
