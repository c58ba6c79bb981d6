package dev.triggers.proof;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./triggers dev} and {@code send}, as somebody at a shell meets them. */
class DevCommandIT {

    private static final long MOST_RESIDENT_BYTES = 1_536L << 20;

    private static Path directory;
    private static Dev dev;

    @BeforeAll
    static void start(@TempDir Path temp) {
        directory = temp;
        dev = Dev.start(temp.resolve("data"));
    }

    @AfterAll
    static void stop() {
        dev.close();
    }

    @Test
    void theLinesItPrintsWorkWhenPasted() throws IOException {
        String lines =
                dev.output().lines().filter(line -> line.contains("curl ")).reduce("", (a, b) -> a + b + "; echo\n");

        String printed = bash(lines);

        assertThat(printed.lines()).hasSize(3);
        assertThat(printed.lines().toList().get(0)).contains("\"status\":\"received\"");
        assertThat(printed.lines().toList().get(1)).contains("\"data\":{\"order\":1}");
        assertThat(printed.lines().toList().get(2)).contains("\"outcome\":\"acked\"");
    }

    @Test
    void itsEnvironmentIsForItsOwnerAloneAndWorksWhenSourced() throws IOException {
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(dev.data().resolve("dev.env"))))
                .isEqualTo("rw-------");
        assertThat(dev.environment().keySet())
                .containsExactlyInAnyOrder(
                        "TRIGGERS_URL",
                        "TRIGGERS_KEY",
                        "TRIGGERS_ADMIN_TOKEN",
                        "KAFKA_BOOTSTRAP",
                        "POSTGRES_URL",
                        "REDIS_URL");
        assertThat(bash(". " + dev.data() + "/dev.env; curl -s \"$TRIGGERS_URL/readyz\""))
                .contains("\"status\":\"ready\"", "\"degraded\":[]");
    }

    /** Whoever looks into the log of a first start finds nothing that only looks like a fault. */
    @Test
    void nobodyKnocksBeforeTheyMayComeIn() {
        assertThat(dev.data().resolve("dev.log")).content().doesNotContain("authentication failed");
    }

    @Test
    void itsPostgresUrlLetsWhoeverHasItIn() throws SQLException {
        URI url = URI.create(dev.env("POSTGRES_URL"));
        String[] who = url.getUserInfo().split(":", 2);

        try (Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://" + url.getAuthority().replaceFirst("^.*@", "") + url.getPath(),
                        who[0],
                        who[1]);
                ResultSet row = connection.createStatement().executeQuery("select count(*) from inbox.position")) {
            assertThat(row.next()).isTrue();
        }
    }

    @Test
    void sendSaysWhatBecameOfEachLine() throws IOException {
        String source = ". " + dev.data() + "/dev.env; ";

        assertThat(bash(source + "./triggers send docs/examples/orders.ndjson 2>&1; echo exit $?"))
                .contains(Project.sample().size() + " sent: " + Project.sample().size()
                        + " received, 0 refused, 0 failed")
                .contains("exit 0");
        assertThat(bash(source + "curl -s -H \"X-API-Key: $TRIGGERS_KEY\" \"$TRIGGERS_URL/v1/history?limit=1000\""
                        + " | grep -o '\"sequence\"' | wc -l"))
                .as("when it ends, all of it has been decided and laid into the tables")
                .matches(count ->
                        Integer.parseInt(count.strip()) >= Project.sample().size());
        assertThat(
                        bash(
                                source
                                        + "printf '{\"type\":\"a\",\"data\":{}}\\n\\n{\"type\":\"a b\",\"data\":{}}\\n' | ./triggers send - 2>&1; echo exit $?"))
                .contains("line 3: 400 type: a b (expected: ")
                .contains("2 sent: 1 received, 1 refused, 0 failed")
                .contains("exit 1");
    }

    @Test
    void rebuildBuildsTheTablesAgainAndSaysSo() throws IOException {
        assertThat(bash(". " + dev.data() + "/dev.env; ./triggers rebuild --yes 2>&1; echo exit $?"))
                .containsPattern("Reads [\\d,]+ records of the log, and needs about [\\d.]+ [kMG]B of disk")
                .contains("rebuild done, ")
                .contains("exit 0");
    }

    @Test
    void sendWithoutAServiceToSendToSaysWhatIsMissing() throws IOException {
        assertThat(bash("unset TRIGGERS_URL; ./triggers send docs/examples/orders.ndjson 2>&1; echo exit $?"))
                .contains("TRIGGERS_URL is not set")
                .contains("exit 2");
    }

    @Test
    void aTakenPortIsNamedAndAnotherOneSuggested() throws IOException {
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
            int port = taken.getLocalPort();
            Launched second = Dev.command(directory.resolve("other"), port, "taken");

            assertThat(second.awaitEnd(Duration.ofSeconds(30))).isEqualTo(1);
            assertThat(second.output()).contains("port " + port + " is taken", "./triggers dev --port ");
        }
    }

    @Test
    void aDataDirectoryInUseIsNamedWithWhoUsesIt() {
        Launched second = Dev.command(dev.data(), Launched.freePort(), "in-use");

        assertThat(second.awaitEnd(Duration.ofSeconds(30))).isEqualTo(1);
        assertThat(second.output())
                .contains("is in use by process " + dev.process().pid());
    }

    @Test
    void aSettingThatAServiceRefusesIsNamedAndItEnds() throws IOException {
        String command = "./triggers dev --port 0 --data " + directory.resolve("refused") + " 2>&1; echo exit $?";

        assertThat(bash("TRIGGERS_INGEST_DEADLINE=1ms " + command))
                .contains(
                        "triggers.ingest: kafka.max_block + kafka.delivery_timeout: PT1.9S (expected: below the deadline")
                .contains("refused/dev.log", "stopped; everything is kept in", "exit 1");
        assertThat(bash("TRIGGERS_INGEST_DEADLINE=soon " + command))
                .contains("triggers.ingest.deadline (System Environment Property \"TRIGGERS_INGEST_DEADLINE\"): ")
                .contains("exit 1");
    }

    @Test
    void checkSendsAnEventAllTheWayAndEnds() throws IOException {
        assertThat(bash("./triggers dev --check --port 0 --data " + directory.resolve("checked")
                        + " 2>&1; echo exit $?"))
                .contains("an event was posted, read and acknowledged in", "exit 0");
    }

    @Test
    void theFirstStartOfABuildLeavesAnAotCacheForTheNext() throws IOException {
        assertThat(bash("find cli/target -name 'dev-*.aot' -size +1M; ps -o args= -p "
                        + dev.process().pid()))
                .containsPattern("(?s)cli/target/(dev-\\d+\\.aot)\n.*-XX:AOTCache=\\S*\\1");
    }

    @Test
    void aWordItDoesNotKnowIsRefused() throws IOException {
        assertThat(bash("./triggers dev --prot 1 2>&1; echo exit $?")).contains("no such option: --prot", "exit 2");
        assertThat(bash("./triggers bake 2>&1; echo exit $?")).contains("no such command: bake", "exit 2");
    }

    @Test
    void aServiceItDoesNotKnowIsNamedWithThoseItDoes() throws IOException {
        assertThat(bash("./triggers run inbox 2>&1; echo exit $?"))
                .contains(
                        "no such service: inbox (expected: ingest-api, event-processor or inbox-projector)", "exit 2");
    }

    @Test
    void helpNamesEveryCommand() throws IOException {
        assertThat(bash("./triggers help")).contains("dev ", "run ", "send ", "test ", "help ");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void everythingListensOnThisMachineOnly() throws IOException {
        String sockets = bash("cat /proc/net/tcp /proc/net/tcp6");
        List<Integer> ports = List.of(
                dev.port(),
                port(dev.env("KAFKA_BOOTSTRAP")),
                port(dev.env("POSTGRES_URL")),
                port(dev.env("REDIS_URL")));

        for (int port : ports) {
            List<String> addresses = sockets.lines()
                    .map(line -> line.strip().split("\\s+"))
                    .filter(fields -> fields.length > 3 && fields[3].equals("0A"))
                    .map(fields -> fields[1])
                    .filter(address -> address.endsWith(String.format(":%04X", port)))
                    .toList();
            assertThat(addresses).as("port %d", port).isNotEmpty().allMatch(DevCommandIT::loopback);
        }
    }

    /** 127.0.0.1, or the same as an IPv6 address, in the kernel's byte order. */
    private static boolean loopback(String address) {
        return address.startsWith("0100007F:") || address.startsWith("0000000000000000FFFF00000100007F:");
    }

    private static int port(String address) {
        return Integer.parseInt(address.replaceFirst("/triggers$", "").replaceFirst("^.*:", ""));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void allOfItFitsIntoOneAndAHalfGibibytes() throws IOException {
        long bytes = 0;
        for (ProcessHandle process : processes().toList()) {
            bytes += residentBytes(process.pid());
        }
        assertThat(bytes).isBetween(100L << 20, MOST_RESIDENT_BYTES);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whenToldToStopItEndsWithinTenSecondsAndLeavesNoProcessAndFreshBeginsAnew(@TempDir Path temp) throws Exception {
        Dev another = Dev.startFrugally(temp.resolve("data"));
        URI url = URI.create(another.env("TRIGGERS_URL"));
        Client client = new Client(url, url, another.env("TRIGGERS_KEY"));
        client.submit("{\"type\":\"before\",\"data\":{}}");
        List<ProcessHandle> all = processesOn(temp).toList();
        assertThat(all).hasSizeGreaterThanOrEqualTo(3);

        another.process().stop(Duration.ofSeconds(10));

        await().atMost(Duration.ofSeconds(2))
                .untilAsserted(() -> assertThat(processesOn(temp)).isEmpty());
        assertThat(another.output()).contains("stopped; everything is kept in");
        assertFreshBeginsAnew(another, client);
    }

    /** In the same test, since each start costs seconds. */
    private static void assertFreshBeginsAnew(Dev ended, Client before) throws Exception {
        Path foreign = ended.data().resolve("notes.txt");
        Files.writeString(foreign, "not ours");

        try (Dev fresh = ended.startFresh()) {
            assertThat(before.get("/v1/inbox").statusCode()).isEqualTo(401);
            assertThat(submissions(fresh.env("KAFKA_BOOTSTRAP"))).isZero();
            assertThat(foreign).hasContent("not ours");
        }
    }

    private static long submissions(String bootstrap) throws Exception {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap))) {
            TopicDescription topic = admin.describeTopics(List.of("triggers.ingested"))
                    .allTopicNames()
                    .get()
                    .values()
                    .iterator()
                    .next();
            var partitions = topic.partitions().stream()
                    .collect(toMap(p -> new TopicPartition(topic.name(), p.partition()), _ -> OffsetSpec.latest()));
            return admin.listOffsets(partitions).all().get().values().stream()
                    .mapToLong(ListOffsetsResultInfo::offset)
                    .sum();
        }
    }

    private static Stream<ProcessHandle> processes() {
        return processesOn(dev.data());
    }

    /** Those that have files open in a directory, work in it, or name it. */
    private static Stream<ProcessHandle> processesOn(Path data) {
        return ProcessHandle.allProcesses().filter(process -> names(process, data));
    }

    private static boolean names(ProcessHandle process, Path data) {
        Path proc = Path.of("/proc", Long.toString(process.pid()));
        try {
            String words = new String(Files.readAllBytes(proc.resolve("cmdline")), UTF_8);
            return words.contains(data.toString())
                    || Files.readSymbolicLink(proc.resolve("cwd")).startsWith(data);
        } catch (IOException _) {
            return false; // gone, or a zombie
        }
    }

    /** What is resident, with shared pages counted by share. */
    private static long residentBytes(long pid) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "smaps_rollup"))) {
            return lines.filter(line -> line.startsWith("Pss:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                    .sum();
        } catch (NoSuchFileException _) {
            return 0;
        }
    }

    private static String bash(String commands) throws IOException {
        Path output = Files.createTempFile(directory, "bash", ".out");
        Launched bash = Launched.start(output, Map.of(), List.of("bash", "-c", commands));
        bash.awaitEnd(Duration.ofSeconds(60));
        return bash.output();
    }
}
