package dev.ghee.tenancy.directory;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.contracts.Topics;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;

/** Every app of the installation, in memory; an app not yet seen on Kafka is asked for at control-api once. */
@ApplicationScoped
public class AppDirectory {
    private final MaterializedTopic<AppState> topic;
    private final StateLookup lookup;

    AppDirectory(TopicReader reader, StateLookup lookup) {
        this.topic = reader.materialize(Topics.APPS, AppState.class, AppState::revision);
        this.lookup = lookup;
    }

    /** The app if it is in memory: no waiting. */
    public Optional<AppState> known(AppId id) {
        return topic.get(id.value());
    }

    /**
     * The app. Fails with 404 {@code APP_NOT_FOUND}. One that was being made when Kafka last told of it is asked for
     * again, since whoever made it may have heard already that it is ready.
     */
    public Uni<AppState> find(AppId id) {
        AppState known = topic.get(id.value()).orElse(null);
        if (known != null && known.status() == AppState.Status.PROVISIONING) {
            return lookup.app(id)
                    .invoke(found -> found.ifPresent(this::accept))
                    .map(found -> found.orElse(known))
                    .onFailure()
                    .recoverWithItem(known);
        }
        if (known != null) {
            return Uni.createFrom().item(known);
        }
        return lookup.app(id)
                .invoke(found -> found.ifPresent(this::accept))
                .map(found -> found.orElseThrow(AppDirectory::notFound));
    }

    /** Same as {@link #find(AppId)} for text from a path; text that is no app id is an app that does not exist. */
    public Uni<AppState> find(String id) {
        return AppId.isValid(id) ? find(new AppId(id)) : Uni.createFrom().failure(AppDirectory::notFound);
    }

    /** A state that this process knows before Kafka has brought it back, or that it was told directly. */
    public void accept(AppState state) {
        topic.accept(state.appId().value(), state);
    }

    /** Called with each new state, on the reader's thread: be quick, do not block. */
    public void onChange(Consumer<AppState> listener) {
        topic.onChange(listener);
    }

    public Collection<AppState> all() {
        return topic.all();
    }

    private static GheeException notFound() {
        return new GheeException(ErrorCode.APP_NOT_FOUND, "App not found");
    }
}
