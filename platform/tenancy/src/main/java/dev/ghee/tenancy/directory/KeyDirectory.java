package dev.ghee.tenancy.directory;

import dev.ghee.contracts.ApiKeyState;
import dev.ghee.contracts.Topics;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.function.Consumer;

/** Every API key by the SHA-256 of its secret, in memory; a key not yet seen on Kafka is asked for once. */
@ApplicationScoped
public class KeyDirectory {
    private final MaterializedTopic<ApiKeyState> topic;
    private final StateLookup lookup;
    private volatile Consumer<ApiKeyState> uses = _ -> {};

    KeyDirectory(TopicReader reader, StateLookup lookup) {
        this.topic = reader.materialize(Topics.API_KEYS, ApiKeyState.class, ApiKeyState::revision);
        this.lookup = lookup;
    }

    /** The key, revoked or not; empty when there is none. */
    public Uni<Optional<ApiKeyState>> find(String sha256) {
        Optional<ApiKeyState> known = topic.get(sha256);
        if (known.isPresent()) {
            uses.accept(known.get());
            return Uni.createFrom().item(known);
        }
        return lookup.key(sha256).invoke(found -> found.ifPresent(this::accept));
    }

    /** A state that this process knows before Kafka has brought it back. */
    public void accept(ApiKeyState state) {
        topic.accept(state.sha256(), state);
    }

    /** Called each time a key is looked up, on the request's thread: be quick, do not block. One listener. */
    public void onUse(Consumer<ApiKeyState> listener) {
        uses = listener;
    }

    /** Called with each new state, on the reader's thread: be quick, do not block. */
    public void onChange(Consumer<ApiKeyState> listener) {
        topic.onChange(listener);
    }
}
