package dev.ghee.control.lookup;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.ghee.contracts.ApiKeyState;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.contracts.Contracts;
import dev.ghee.contracts.Topics;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.tenancy.directory.StateLookup;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** The newest committed state of an app or key: what the outbox has published or is about to. */
@ApplicationScoped
class DatabaseLookup implements StateLookup {
    private static final String FIND =
            "SELECT payload FROM state_outbox WHERE topic = $1 AND key = $2 AND payload IS NOT NULL";
    private static final Duration MISS_TTL = Duration.ofSeconds(2);
    private static final int MISS_CAPACITY = 10_000;
    private static final Duration DEADLINE = Duration.ofSeconds(3);

    private final Pool database;
    private final Cache<String, Boolean> misses = Caffeine.newBuilder()
            .expireAfterWrite(MISS_TTL)
            .maximumSize(MISS_CAPACITY)
            .build();

    DatabaseLookup(Pool database) {
        this.database = database;
    }

    @Override
    public Uni<Optional<AppState>> app(AppId id) {
        return find(Topics.APPS, id.value(), AppState.class);
    }

    @Override
    public Uni<Optional<ApiKeyState>> key(String sha256) {
        return find(Topics.API_KEYS, sha256, ApiKeyState.class);
    }

    private <T> Uni<Optional<T>> find(String topic, String key, Class<T> type) {
        if (misses.getIfPresent(key) != null) {
            return Uni.createFrom().item(Optional.empty());
        }
        return database.preparedQuery(FIND)
                .execute(Tuple.of(topic, key))
                .ifNoItem()
                .after(DEADLINE)
                .fail()
                .onFailure()
                .transform(e -> new GheeException(ErrorCode.EXTERNAL_DB_ERROR, "The control database did not answer", e)
                        .withStatus(503)
                        .withHeader("Retry-After", "5"))
                .map(rows -> {
                    if (rows.size() == 0) {
                        misses.put(key, true);
                        return Optional.empty();
                    }
                    return Optional.of(parse(rows.iterator().next().getString(0), type));
                });
    }

    private static <T> T parse(String json, Class<T> type) {
        try {
            return Contracts.read(json.getBytes(StandardCharsets.UTF_8), type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
