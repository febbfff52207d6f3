package dev.ghee.realtime.socket;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.Contracts;
import dev.ghee.contracts.Topics;
import dev.ghee.contracts.UserEvent;
import dev.ghee.contracts.UserEvent.Kind;
import dev.ghee.tenancy.topic.SharedTopics;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Which tokens have become void before their time. Told by every event about users that Kafka still has, which is
 * longer than access tokens live, and then by the new ones. Sockets do not wait for the first reading: one whose token
 * turns out to be void is closed then. Safe for any thread.
 */
@ApplicationScoped
class UserRevocations {
    /** The least recently used are forgotten beyond this; their tokens are good again, until they expire. */
    private static final int MAX_USERS = 200_000;
    /** Of one user; the oldest go first. Their tokens expire within minutes or hours anyhow. */
    private static final int MAX_SESSIONS = 1000;

    private final Cache<User, Revoked> users =
            Caffeine.newBuilder().maximumSize(MAX_USERS).build();
    private final List<Consumer<UserEvent>> listeners = new CopyOnWriteArrayList<>();

    private final SharedTopics topics;

    UserRevocations(SharedTopics topics) {
        this.topics = topics;
    }

    void start(@Observes StartupEvent event) {
        topics.followAllEvents(Topics.USER_EVENTS, record -> accept(read(record.value())));
    }

    private static UserEvent read(byte[] json) {
        try {
            return Contracts.read(json, UserEvent.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record User(AppId app, String id) {}

    /**
     * What is known of one user.
     *
     * @param deleted all tokens are void
     * @param notBefore tokens issued before are void; to the second, as tokens say no more
     * @param sessions whose tokens are void, the newest last
     */
    private record Revoked(boolean deleted, Instant notBefore, List<String> sessions) {
        static final Revoked NONE = new Revoked(false, Instant.EPOCH, List.of());

        Revoked and(UserEvent event) {
            Instant at = event.at().truncatedTo(ChronoUnit.SECONDS);
            boolean all = event.kind() != Kind.SESSIONS_ENDED;
            List<String> ended = Stream.concat(sessions.stream(), event.sessions().stream())
                    .distinct()
                    .toList();
            return new Revoked(
                    deleted || event.kind() == Kind.DELETED,
                    all && at.isAfter(notBefore) ? at : notBefore,
                    ended.subList(Math.max(0, ended.size() - MAX_SESSIONS), ended.size()));
        }

        boolean concerns(Identity.Credential token) {
            return deleted
                    || token.issuedAt().orElse(Instant.EPOCH).isBefore(notBefore)
                    || token.sessionId().filter(sessions::contains).isPresent();
        }
    }

    /** Takes an event in; one that is heard twice changes nothing. */
    void accept(UserEvent event) {
        users.asMap()
                .merge(
                        new User(event.appId(), event.userId()),
                        Revoked.NONE.and(event),
                        (known, _) -> known.and(event));
        listeners.forEach(listener -> listener.accept(event));
    }

    boolean concern(AppId app, String userId, Identity.Credential token) {
        Revoked revoked = users.getIfPresent(new User(app, userId));
        return revoked != null && revoked.concerns(token);
    }

    /** Called after each event, on the reader's thread: be quick, do not block. */
    void onEvent(Consumer<UserEvent> listener) {
        listeners.add(listener);
    }
}
