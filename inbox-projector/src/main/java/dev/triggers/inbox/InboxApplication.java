package dev.triggers.inbox;

import dev.triggers.inbox.config.InboxConfiguration;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Import;

/** The inbox projector as a service of its own. Settings: {@code inbox-projector.yml}, then the environment. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(InboxConfiguration.class)
public class InboxApplication {

    public static void main(String[] args) {
        new SpringApplicationBuilder(InboxApplication.class)
                .properties("spring.config.name=inbox-projector")
                .bannerMode(Banner.Mode.OFF)
                .run(args);
    }
}
