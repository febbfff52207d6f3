package dev.ghee.tenancy.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.tenancy.caller.AuthConfig;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ControlApiLookupTest {
    private static final AppId APP = new AppId("app_0123456789ab");

    private final Vertx vertx = Vertx.vertx();
    private final BlockingQueue<HttpServerRequest> asked = new LinkedBlockingQueue<>();
    private ControlApiLookup lookup;

    @BeforeEach
    void start() throws Exception {
        HttpServer server = vertx.createHttpServer()
                .requestHandler(asked::add)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        lookup = new ControlApiLookup(vertx, new Config("http://127.0.0.1:" + server.actualPort()));
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void manyWhoAskAtOnceShareOneQuestion() throws Exception {
        List<CompletableFuture<Optional<AppState>>> all = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            all.add(lookup.app(APP).subscribeAsCompletionStage());
        }
        HttpServerRequest only = asked.poll(10, TimeUnit.SECONDS);
        assertThat(only).isNotNull();
        all.getFirst().cancel(true);
        only.response().setStatusCode(404).end();
        for (var answer : all.subList(1, all.size())) {
            assertThat(answer.get(10, TimeUnit.SECONDS)).isEmpty();
        }
        assertThat(asked).isEmpty();
    }

    private record Config(String base) implements AuthConfig, AuthConfig.ControlApi {
        @Override
        public String localJwtSecret() {
            return "";
        }

        @Override
        public String internalSecret() {
            return "secret";
        }

        @Override
        public boolean authEnabled() {
            return true;
        }

        @Override
        public boolean e2e() {
            return false;
        }

        @Override
        public ControlApi controlApi() {
            return this;
        }

        @Override
        public Optional<String> url() {
            return Optional.of(base);
        }

        @Override
        public Duration timeout() {
            return Duration.ofSeconds(10);
        }
    }
}
