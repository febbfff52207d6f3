package dev.ghee.tenancy.directory;

import dev.ghee.contracts.ApiKeyState;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import io.smallrye.mutiny.Uni;
import java.util.Optional;

/**
 * Where a directory turns for what Kafka has not brought yet, so that a new app or key works at once. Services ask
 * control-api; control-api asks its database. Implementations remember misses for a moment, so that a flood of
 * made-up keys does not become a flood of look-ups.
 */
public interface StateLookup {
    /** Empty when there is no such app. Fails when nobody answers: a look-up that failed must not pass for a miss. */
    Uni<Optional<AppState>> app(AppId id);

    /** Empty when there is no such key. Fails like {@link #app}. */
    Uni<Optional<ApiKeyState>> key(String sha256);
}
