package dev.ghee.tenancy.directory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.ghee.contracts.ApiKeyState;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.contracts.Contracts;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.tenancy.caller.AuthConfig;
import io.quarkus.arc.DefaultBean;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Asks control-api's internal endpoints; those who want the same at the same time share one question, as the thousand
 * clients of a new app do. Finds nothing when no URL is configured.
 */
@DefaultBean
@ApplicationScoped
class ControlApiLookup implements StateLookup {
    private static final Duration MISS_TTL = Duration.ofSeconds(2);
    private static final int MISS_CAPACITY = 10_000;

    private final WebClient http;
    private final AuthConfig config;
    private final Cache<String, Boolean> misses = Caffeine.newBuilder()
            .expireAfterWrite(MISS_TTL)
            .maximumSize(MISS_CAPACITY)
            .build();
    private final Map<String, CompletableFuture<HttpResponse<Buffer>>> asked = new ConcurrentHashMap<>();

    ControlApiLookup(Vertx vertx, AuthConfig config) {
        this.http = WebClient.create(vertx);
        this.config = config;
    }

    @Override
    public Uni<Optional<AppState>> app(AppId id) {
        return get("/v1/internal/apps/" + id.value(), AppState.class);
    }

    @Override
    public Uni<Optional<ApiKeyState>> key(String sha256) {
        return get("/v1/internal/api-keys/" + sha256, ApiKeyState.class);
    }

    private <T> Uni<Optional<T>> get(String path, Class<T> type) {
        String base = config.controlApi().url().orElse(null);
        if (base == null || misses.getIfPresent(path) != null) {
            return Uni.createFrom().item(Optional.empty());
        }
        return Uni.createFrom()
                .completionStage(() -> ask(base, path))
                .map(response -> parse(path, response, type))
                .onFailure(e -> !(e instanceof GheeException))
                .transform(ControlApiLookup::unavailable);
    }

    private CompletionStage<HttpResponse<Buffer>> ask(String base, String path) {
        var mine = new CompletableFuture<HttpResponse<Buffer>>();
        CompletableFuture<HttpResponse<Buffer>> others = asked.putIfAbsent(path, mine);
        if (others != null) {
            return others.copy();
        }
        http.request(HttpMethod.GET, new RequestOptions().setAbsoluteURI(base + path))
                .putHeader("x-butterbase-internal-secret", config.internalSecret())
                .timeout(config.controlApi().timeout().toMillis())
                .send()
                .onComplete(answer -> {
                    asked.remove(path, mine);
                    if (answer.succeeded()) {
                        mine.complete(answer.result());
                    } else {
                        mine.completeExceptionally(answer.cause());
                    }
                });
        // A copy each, since one who gives up cancels what it was given.
        return mine.copy();
    }

    private <T> Optional<T> parse(String path, HttpResponse<Buffer> response, Class<T> type) {
        if (response.statusCode() == 404) {
            misses.put(path, true);
            return Optional.empty();
        }
        if (response.statusCode() != 200) {
            throw unavailable(null);
        }
        try {
            return Optional.of(Contracts.read(response.body().getBytes(), type));
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    private static GheeException unavailable(@Nullable Throwable cause) {
        return new GheeException(ErrorCode.EXTERNAL_NETWORK_ERROR, "The control service did not answer", cause)
                .withStatus(503)
                .withHeader("Retry-After", "5");
    }
}
