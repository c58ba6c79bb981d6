# One image for each service, from what ./mvnw package built:
#   docker build --build-arg SERVICE=ingest-api --build-arg PORT=8081 .
FROM eclipse-temurin:25.0.3_9-jre-noble

ARG SERVICE
ARG PORT

# Says whether the service is ready: exits with 0 when /readyz answers 200. Needs nothing but bash.
COPY --chmod=755 <<'ready' /usr/local/bin/ready
#!/usr/bin/env bash
exec 3<>"/dev/tcp/127.0.0.1/$READY_PORT" || exit 1
printf 'GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
IFS=' ' read -t 2 -r _ status _ <&3
[ "$status" = 200 ]
ready

# Unpacked, and started once for an AOT cache of it: a service starts in a third of the time so.
COPY --chmod=755 packaging/unpack-service /usr/local/bin/unpack-service
RUN --mount=type=bind,source=${SERVICE}/target,target=/target \
    unpack-service java /target/*-exec.jar /opt/triggers

RUN useradd --system --uid 10001 --home-dir /var/lib/triggers --create-home triggers
USER 10001
WORKDIR /var/lib/triggers

# Memory: what is young dies young, so that the heap hardly grows; docs/operations.md. docker-compose.yml has what each service needs of it.
ARG HEAP="-Xms192m -Xmn128m -XX:SurvivorRatio=3"
ENV JDK_JAVA_OPTIONS="-XX:+UseSerialGC ${HEAP}" MALLOC_ARENA_MAX=2

ENV READY_PORT=${PORT}
EXPOSE ${PORT}
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --retries=3 CMD ["ready"]

ENTRYPOINT ["java", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", \
    "-XX:MaxRAMPercentage=50", "-XX:+ExitOnOutOfMemoryError", \
    "-XX:AOTCache=/opt/triggers/service.aot", "-Xlog:aot*=off", "-jar", "/opt/triggers/service.jar"]
