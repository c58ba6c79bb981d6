package dev.triggers.openapi;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.core.util.ObjectMapperFactory;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import java.util.Optional;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** springdoc over the {@link Contract}, and what every operation has in common. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(Contract.class)
class DocumentConfiguration {

    @Bean
    OpenAPI product() {
        return new OpenAPI()
                .info(new Info()
                        .title("Triggers")
                        .version("v1")
                        .summary("An event inbox for every organisation, on Kafka.")
                        .description("Every answer has X-Request-Id. Members may be added to answers at any time; what"
                                + " stands here is neither removed nor changed within v1.")
                        .license(new License().name("Apache-2.0").identifier("Apache-2.0")))
                .components(Shared.components());
    }

    @Bean
    OpenApiCustomizer problem() {
        return document -> Shared.addProblem(document.getComponents());
    }

    @Bean
    OperationCustomizer operations() {
        return new Operations();
    }

    /** Members in snake case, enums as they are written, and every member required unless it is an Optional. */
    @Bean
    ModelResolver modelResolver() {
        ObjectMapper mapper = ObjectMapperFactory.createJson31();
        mapper.setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);
        mapper.enable(SerializationFeature.WRITE_ENUMS_USING_TO_STRING);
        mapper.setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
            @Override
            public Boolean hasRequiredMarker(AnnotatedMember member) {
                return member.getDeclaringClass().isRecord() && member.getRawType() != Optional.class;
            }
        });
        return new ModelResolver(mapper).openapi31(true);
    }
}
