package dev.ghee.control.outbox;

import dev.ghee.contracts.Contracts;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Transactions of the control database whose changes of state reach Kafka. The newest state of each key is kept, so
 * a long outage of Kafka costs no more than one row per app and key, and any state can be published again. Events,
 * which are no states, are put under keys of their own and kept until they are published.
 */
@ApplicationScoped
public class Outbox {
    // An older revision never replaces a newer one: writers hold the row that the state is of.
    private static final String PUT = """
            INSERT INTO state_outbox (topic, key, revision, payload) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (topic, key) DO UPDATE SET revision = excluded.revision, payload = excluded.payload,
              position = nextval('state_outbox_position'), published = false
            WHERE state_outbox.revision < excluded.revision""";
    private static final String PUT_TOMBSTONE = """
            INSERT INTO state_outbox (topic, key, revision, payload) VALUES (?1, ?2, ?3, NULL)
            ON CONFLICT (topic, key) DO UPDATE SET revision = excluded.revision, payload = NULL,
              position = nextval('state_outbox_position'), published = false""";

    private final Mutiny.SessionFactory sessions;
    private final OutboxRelay relay;

    Outbox(Mutiny.SessionFactory sessions, OutboxRelay relay) {
        this.sessions = sessions;
        this.relay = relay;
    }

    /** Runs the work in one transaction; once it has committed, what it put is published. */
    public <T> Uni<T> transaction(Function<Mutiny.Session, Uni<T>> work) {
        return sessions.withTransaction(work::apply).invoke(relay::wake);
    }

    /** Part of the session's transaction. The revision must be higher than the last one of this key. */
    public Uni<Void> put(Mutiny.Session session, String topic, String key, long revision, Object state) {
        return session.createNativeQuery(PUT)
                .setParameter(1, topic)
                .setParameter(2, key)
                .setParameter(3, revision)
                .setParameter(4, new String(Contracts.write(state), StandardCharsets.UTF_8))
                .executeUpdate()
                .replaceWithVoid();
    }

    /** Part of the session's transaction: the key is gone for good. */
    public Uni<Void> putTombstone(Mutiny.Session session, String topic, String key, long revision) {
        return session.createNativeQuery(PUT_TOMBSTONE)
                .setParameter(1, topic)
                .setParameter(2, key)
                .setParameter(3, revision)
                .executeUpdate()
                .replaceWithVoid();
    }
}
