package dev.triggers.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.access.config.Connections;
import dev.triggers.common.problem.ProblemCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.catalina.Valve;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardContext;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.apache.tomcat.util.threads.VirtualThreadExecutor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The server around ingest: what a request passes, what bounds it, and what is answered where nobody is asked. */
@TestInstance(Lifecycle.PER_CLASS)
class HttpServerIT {

    private static final JsonMapper JSON = new JsonMapper();

    private ServletWebServerApplicationContext service;
    private TomcatWebServer server;

    @BeforeAll
    void start() {
        service = (ServletWebServerApplicationContext) IngestApplication.application()
                .run(
                        "--server.port=0",
                        "--triggers.drain.notice=0s",
                        "--triggers.ingest.kafka.bootstrap=127.0.0.1:1",
                        "--triggers.access.postgres.url=jdbc:postgresql://127.0.0.1:1/triggers",
                        "--triggers.access.redis.url=redis://127.0.0.1:1");
        server = (TomcatWebServer) Objects.requireNonNull(service.getWebServer());
    }

    @AfterAll
    void stop() {
        service.close();
    }

    // -- what a request passes

    @Test
    void aRequestPassesThreeFiltersAndAllOfThemAreOurs() {
        assertThat(Arrays.stream(context().findFilterMaps())
                        .filter(map -> List.of(map.getDispatcherNames()).contains("REQUEST"))
                        .map(FilterMap::getFilterName))
                .containsExactly("accessRequestIdFilter", "accessDrainFilter", "accessApiKeyFilter");
    }

    @Test
    void nothingStandsBetweenTheDispatcherAndAControllerButWhatSpringItselfNeeds() {
        RequestMappingHandlerMapping mapping =
                service.getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class);

        assertThat(mapping.getAdaptedInterceptors())
                .extracting(HandlerInterceptor::getClass)
                .extracting(Class::getSimpleName)
                .containsExactlyInAnyOrder(
                        "ConversionServiceExposingInterceptor", "ResourceUrlProviderExposingInterceptor");
    }

    @Test
    void noValveLogsRequests() {
        assertThat(Arrays.stream(server.getTomcat().getEngine().getPipeline().getValves())
                        .map(Valve::getClass)
                        .map(Class::getSimpleName))
                .containsExactly("StandardEngineValve");
        assertThat(Arrays.stream(server.getTomcat().getHost().getPipeline().getValves())
                        .map(Valve::getClass)
                        .map(Class::getSimpleName))
                .containsExactly("ErrorReportValve", "ContainerErrors", "StandardHostValve");
    }

    @ParameterizedTest
    @CsvSource({
        "org.springframework.web, ERROR",
        "org.apache.kafka, ERROR",
        "com.zaxxer.hikari, WARN",
        "org.apache.coyote, INFO",
        "dev.triggers, INFO"
    })
    void noLoggerIsFineEnoughToSpeakOfEachRequest(String logger, String level) {
        assertThat(LoggingSystem.get(Thread.currentThread().getContextClassLoader())
                        .getLoggerConfiguration(logger))
                .extracting(
                        configuration -> configuration.getLevelConfiguration().getName())
                .isEqualTo(level);
    }

    // -- what bounds it

    @Test
    void eachRequestHasAVirtualThread() {
        assertThat(protocol().getExecutor()).isInstanceOf(VirtualThreadExecutor.class);
    }

    @Test
    void connectionsHeadersAndWaitsAreBounded() {
        AbstractHttp11Protocol<?> http = protocol();

        assertThat(Map.of(
                        "connections", http.getMaxConnections(),
                        "backlog", http.getAcceptCount(),
                        "header bytes", http.getMaxHttpRequestHeaderSize(),
                        "answer header bytes", http.getMaxHttpResponseHeaderSize(),
                        "between two bytes ms", http.getConnectionTimeout(),
                        "idle ms", http.getKeepAliveTimeout(),
                        "requests of a connection", http.getMaxKeepAliveRequests(),
                        "swallowed bytes", http.getMaxSwallowSize(),
                        "form bytes", connector().getMaxPostSize(),
                        "parameters", connector().getMaxParameterCount()))
                .isEqualTo(Map.of(
                        "connections", service.getBean(Connections.class).most(),
                        "backlog", 256,
                        "header bytes", 16_384,
                        "answer header bytes", 8_192,
                        "between two bytes ms", 20_000,
                        "idle ms", 60_000,
                        "requests of a connection", -1,
                        "swallowed bytes", 11_534_336,
                        "form bytes", 1_024,
                        "parameters", 100));
    }

    // -- what is answered where nobody is asked

    static List<String> refusedByTheContainer() {
        return List.of(
                "NONSENSE\r\n\r\n",
                "GET /livez?a=[ HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /\u0001 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /livez/%00 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /livez/%2f HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /../../etc HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /livez HTTP/1.1\r\n\r\n",
                "GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET /livez HTTP/1.1\r\nHost: a b\r\n\r\n",
                "GET /livez HTTP/7.3\r\nHost: a\r\n\r\n",
                "GET /livez HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
                "POST /v1/events HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: nonsense\r\n\r\n",
                "POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
                "POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                "GET /livez HTTP/1.1\r\nHost: a\r\nX-Long: " + "x".repeat(20_000) + "\r\n\r\n",
                "GET /" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    }

    @ParameterizedTest
    @MethodSource("refusedByTheContainer")
    void whatTheContainerRefusesHasTheShapeOfEveryError(String request) throws IOException {
        String answer = raw(request);

        String head = answer.substring(0, Math.max(0, answer.indexOf("\r\n\r\n")));
        assertThat(head)
                .as(answer)
                .startsWith("HTTP/1.1 400")
                .containsPattern("(?i)content-type: application/problem\\+json")
                .containsPattern("X-Request-Id: [0-9a-f-]{36}");
        JsonNode problem = JSON.readTree(answer.substring(head.length() + 4));
        assertThat(problem.get("code").asString()).isEqualTo("invalid_parameter");
        assertThat(problem.at("/errors/0/status").asInt()).isEqualTo(400);
        assertThat(answer)
                .doesNotContainIgnoringCase("tomcat")
                .doesNotContain("Exception", "java.", "at org.", "\nServer:");
    }

    @ParameterizedTest
    @CsvSource({"/v1/nothing, 401", "/livez/nothing, 404", "/problems/nothing, 404", "/%76%31/events, 401"})
    void anAnswerRepeatsTheRequestsIdWhateverItSays(String path, int status) throws IOException {
        String answer =
                raw("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Request-Id: mine-1\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 " + status).contains("X-Request-Id: mine-1");
    }

    @Test
    void evenWhatIsRefusedEarlyRepeatsTheRequestsIdIfItCouldBeRead() throws IOException {
        String answer = raw("GET /livez/%00 HTTP/1.1\r\nHost: a\r\nX-Request-Id: mine-1\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 400").contains("X-Request-Id: mine-1");
    }

    // -- what it says of problems

    @ParameterizedTest
    @EnumSource
    void everyProblemHasAPageThatSaysWhatToDo(ProblemCode code) throws IOException {
        String page = get("/problems/" + code, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");

        assertThat(page)
                .startsWith("HTTP/1.1 200")
                .contains("Content-Type: text/html;charset=utf-8")
                .contains("HTTP status " + code.status())
                .contains("<p>" + code.remedy().replace("<", "&lt;").replace(">", "&gt;") + "</p>");
        assertThat(get("/problems", "text/html")).contains("<a href=\"/problems/" + code + "\">");
    }

    @ParameterizedTest
    @EnumSource
    void aProgramGetsTheSameAsJson(ProblemCode code) throws IOException {
        String answer = get("/problems/" + code, "*/*");

        JsonNode problem = JSON.readTree(answer.substring(answer.indexOf("\r\n\r\n") + 4));
        assertThat(answer).startsWith("HTTP/1.1 200").contains("Content-Type: application/json");
        assertThat(problem.get("type").asString()).isEqualTo("/problems/" + code);
        assertThat(problem.get("title").asString()).isEqualTo(code.title());
        assertThat(problem.get("status").asInt()).isEqualTo(code.status());
        assertThat(problem.get("remedy").asString()).isEqualTo(code.remedy());
    }

    private String get(String path, String accept) throws IOException {
        return raw("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAccept: " + accept + "\r\n\r\n");
    }

    private StandardContext context() {
        return (StandardContext) server.getTomcat().getHost().findChildren()[0];
    }

    private Connector connector() {
        return server.getTomcat().getConnector();
    }

    private AbstractHttp11Protocol<?> protocol() {
        return (AbstractHttp11Protocol<?>) connector().getProtocolHandler();
    }

    /** All that is answered until the connection ends. */
    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }
}
