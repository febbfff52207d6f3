package dev.ghee.service.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two calls, one connection. */
class UnwantedAnswerTest {
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(1));
    private final CompletableFuture<HttpServerRequest> second = new CompletableFuture<>();
    private final CompletableFuture<Void> endlessClosed = new CompletableFuture<>();
    private int port;

    @BeforeEach
    void start() throws Exception {
        HttpServer server = vertx.createHttpServer().requestHandler(request -> {
            switch (request.path()) {
                case "/brief" -> request.response().end("brief");
                case "/endless" -> {
                    request.response().closeHandler(_ -> endlessClosed.complete(null));
                    request.response().setChunked(true).write("begun");
                }
                default -> second.complete(request);
            }
        });
        port = get(server.listen(0, "127.0.0.1")).actualPort();
    }

    @AfterEach
    void stop() throws Exception {
        get(vertx.close());
    }

    @Test
    void anAnswerThatHasComeToItsEndUnreadTakesNoOtherCallWithIt() throws Exception {
        HttpClientResponse unread = get(call("/brief").onSuccess(HttpClientResponse::pause));
        Future<Integer> other = call("/other").map(HttpClientResponse::statusCode);
        // The first call's connection is free, though nobody has read its answer.
        HttpServerRequest waiting = second.get(10, TimeUnit.SECONDS);

        vertx.runOnContext(_ -> UnwantedAnswer.discard(vertx, unread));
        vertx.setTimer(300, _ -> waiting.response().setStatusCode(204).end());

        assertThat(get(other)).isEqualTo(204);
    }

    @Test
    void anAnswerThatGoesOnIsCutOff() throws Exception {
        HttpClientResponse endless = get(call("/endless").onSuccess(HttpClientResponse::pause));

        vertx.runOnContext(_ -> UnwantedAnswer.discard(vertx, endless));

        endlessClosed.get(10, TimeUnit.SECONDS);
    }

    private Future<HttpClientResponse> call(String path) {
        return client.request(HttpMethod.GET, port, "127.0.0.1", path).compose(request -> request.send());
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
