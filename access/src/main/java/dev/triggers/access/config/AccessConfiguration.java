package dev.triggers.access.config;

import com.zaxxer.hikari.HikariDataSource;
import dev.triggers.access.AccessSchema;
import dev.triggers.access.ApiKeys;
import dev.triggers.access.ConnectionRoom;
import dev.triggers.access.JdbcKeyRing;
import dev.triggers.access.JdbcOrgs;
import dev.triggers.access.KeyChanges;
import dev.triggers.access.KeyNotices;
import dev.triggers.access.KeyRing;
import dev.triggers.access.LettuceRedis;
import dev.triggers.access.Orgs;
import dev.triggers.access.http.AboutController;
import dev.triggers.access.http.AdminToken;
import dev.triggers.access.http.ApiErrors;
import dev.triggers.access.http.ApiKeyFilter;
import dev.triggers.access.http.ErrorPage;
import dev.triggers.access.http.Paths;
import dev.triggers.access.http.ProblemPages;
import dev.triggers.access.http.RequestIdFilter;
import dev.triggers.common.about.Readiness;
import io.lettuce.core.RedisURI;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Everything of access, for a service to import. Imported by several in one context it is there once. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AccessConfig.class)
@Import({HttpServerConfiguration.class, ApiErrors.class, ErrorPage.class, ProblemPages.class})
public class AccessConfiguration {

    private static final int REQUEST_ID_ORDER = Ordered.HIGHEST_PRECEDENCE;
    private static final int UNWRITTEN = 10_000;
    private static final int API_KEY_ORDER = Ordered.HIGHEST_PRECEDENCE + 10;

    @Bean
    @ConditionalOnMissingBean
    InstantSource accessClock() {
        return InstantSource.system();
    }

    // -- who is calling

    @Bean(defaultCandidate = false)
    HikariDataSource accessDataSource(AccessConfig config) {
        return Postgres.pool(config.postgres());
    }

    @Bean
    ConnectionRoom accessConnectionRoom(AccessConfig config) {
        return new ConnectionRoom(
                Postgres.single(config.postgres()),
                config.postgres().instances(),
                config.postgres().pool());
    }

    @Bean(initMethod = "start")
    AccessSchema accessSchema(AccessConfig config, ConnectionRoom room) {
        return new AccessSchema(Postgres.single(config.postgres()), room);
    }

    @Bean
    LettuceRedis accessRedis(AccessConfig config) {
        return new LettuceRedis(
                RedisURI.create(config.redis().url()),
                config.redis().commandTimeout(),
                config.redis().pause());
    }

    @Bean
    KeyLayers accessKeyLayers(
            @Qualifier("accessDataSource") DataSource dataSource,
            LettuceRedis redis,
            AccessConfig config,
            InstantSource clock) {
        return KeyLayers.over(dataSource, redis, config, clock);
    }

    @Bean
    KeyNotices accessKeyNotices(KeyLayers layers, LettuceRedis redis, AccessConfig config) {
        KeyNotices notices =
                new KeyNotices(layers.memory(), redis, config.redis().timeToLive(), UNWRITTEN);
        notices.startOn(redis);
        return notices;
    }

    @Bean
    ApiKeys accessApiKeys(KeyLayers layers) {
        return layers.memory();
    }

    @Bean
    Orgs accessOrgs(@Qualifier("accessDataSource") DataSource dataSource, InstantSource clock, KeyChanges changes) {
        return new JdbcOrgs(dataSource, clock, changes);
    }

    @Bean
    KeyRing accessKeyRing(
            @Qualifier("accessDataSource") DataSource dataSource, InstantSource clock, KeyChanges changes) {
        return new JdbcKeyRing(dataSource, clock, changes);
    }

    // -- who may come in

    @Bean
    FilterRegistrationBean<RequestIdFilter> accessRequestIdFilter(InstantSource clock) {
        return filter(new RequestIdFilter(clock), REQUEST_ID_ORDER);
    }

    @Bean
    FilterRegistrationBean<ApiKeyFilter> accessApiKeyFilter(ApiKeys keys, AccessConfig config, InstantSource clock) {
        AdminToken adminToken = new AdminToken(config.adminTokens());
        return filter(new ApiKeyFilter(keys, adminToken, Paths.DEFAULT, clock), API_KEY_ORDER);
    }

    private static <F extends Filter> FilterRegistrationBean<F> filter(F filter, int order) {
        FilterRegistrationBean<F> registration = new FilterRegistrationBean<>(filter);
        registration.addUrlPatterns("/*");
        registration.setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST));
        registration.setOrder(order);
        return registration;
    }

    @Bean
    WebMvcConfigurer accessArguments() {
        return new WebMvcConfigurer() {
            @Override
            public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
                resolvers.add(new CallerArgument());
            }
        };
    }

    /** Only says that Boot's own error page is not wanted: {@link ErrorPage} is there. */
    @Bean
    ErrorController accessErrorController() {
        return new ErrorController() {};
    }

    // -- what a service says about itself

    @Bean
    @ConditionalOnMissingBean
    PrometheusMeterRegistry accessMetrics() {
        PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new JvmMemoryMetrics().bindTo(metrics);
        new JvmThreadMetrics().bindTo(metrics);
        new ProcessorMetrics().bindTo(metrics);
        return metrics;
    }

    @Bean
    SmartInitializingSingleton accessKeyMetrics(
            KeyLayers layers, LettuceRedis redis, KeyNotices notices, ConnectionRoom room, MeterRegistry metrics) {
        return () -> {
            new KeyMetrics(layers.guesses(), redis, notices, room).bindTo(metrics);
            new LookUpMetrics("memory", layers.memory().lookUps()).bindTo(metrics);
            new LookUpMetrics("redis", layers.redis().lookUps()).bindTo(metrics);
            new LookUpMetrics("postgres", layers.postgres().lookUps()).bindTo(metrics);
        };
    }

    @Bean
    Readiness accessReadiness(LettuceRedis redis, AccessSchema schema, KeyLayers layers, ConnectionRoom room) {
        return new AccessReadiness(redis, schema, layers.postgres(), room);
    }

    @Bean
    AboutController accessAbout(ObjectProvider<Readiness> parts, PrometheusMeterRegistry metrics) {
        return new AboutController(() -> parts.orderedStream().toList(), metrics);
    }
}
