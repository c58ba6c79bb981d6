package dev.triggers.compose;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The image of a service, as far as can be told without building it. */
class DockerfileTest {

    private static final Path ROOT = Path.of("..");

    @Test
    void theImageIsOfOneVersionAndNotRoots() throws IOException {
        assertThat(dockerfile()).containsPattern("(?m)^FROM eclipse-temurin:25\\.\\d+\\.\\d+_\\d+-jre-noble$");
        assertThat(dockerfile()).containsPattern("(?m)^USER [1-9]\\d*$");
    }

    @Test
    void theServiceIsStartedWithTheFlagsOfTheBuild() throws IOException {
        for (String flag :
                new String[] {"--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"}) {
            assertThat(dockerfile()).contains("\"" + flag + "\"");
            assertThat(Files.readString(ROOT.resolve("triggers"))).contains(flag);
            assertThat(Files.readString(ROOT.resolve("packaging/unpack-service")))
                    .contains(flag);
        }
    }

    @Test
    void whatTheImageIsBuiltWithIsInItsContext() throws IOException {
        assertThat(dockerfile()).contains("COPY --chmod=755 packaging/unpack-service ", "source=${SERVICE}/target,");
        assertThat(Files.readAllLines(ROOT.resolve(".dockerignore")))
                .containsExactly("*", "!*/target/*-exec.jar", "!packaging/unpack-service");
    }

    @ParameterizedTest
    @CsvSource({"200, 0", "503, 1", "404, 1"})
    void readySaysWhatTheServiceAnswers(int status, int exit) throws Exception {
        HttpServer service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/readyz", exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        service.start();
        try {
            assertThat(ready(service.getAddress().getPort())).isEqualTo(exit);
        } finally {
            service.stop(0);
        }
    }

    @Test
    void aServiceThatDoesNotAnswerIsNotReady() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(ready(silent.getLocalPort())).isEqualTo(1);
        }
    }

    @Test
    void aServiceThatIsNotThereIsNotReady() throws Exception {
        ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        gone.close();

        assertThat(ready(gone.getLocalPort())).isEqualTo(1);
    }

    /** The exit status of the script in the image. */
    private static int ready(int port) throws IOException, InterruptedException {
        String script = dockerfile().replaceFirst("(?s).*<<'ready'[^\n]*\n(.*?)\nready\n.*", "$1");
        ProcessBuilder bash = new ProcessBuilder("bash", "-c", script);
        bash.environment().put("READY_PORT", Integer.toString(port));
        Process process = bash.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    private static String dockerfile() throws IOException {
        return Files.readString(ROOT.resolve("Dockerfile"));
    }
}
