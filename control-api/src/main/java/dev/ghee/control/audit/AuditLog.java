package dev.ghee.control.audit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.contracts.AuditEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Keeps audit events. An event whose id is known already is dropped, so events may be repeated. */
@ApplicationScoped
public class AuditLog {
    private static final String INSERT = """
            INSERT INTO audit_log (id, app_id, category, event_type, action, resource_type, resource_id, actor_type,
              actor_id, event_data, ip_address, user_agent, success, error_message, correlation_id, created_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, nullif(?7, ''), ?8, nullif(?9, ''), cast(nullif(?10, '') AS jsonb),
              nullif(?11, ''), nullif(?12, ''), ?13, nullif(?14, ''), nullif(?15, ''), ?16)
            ON CONFLICT (id) DO NOTHING""";

    private final Mutiny.SessionFactory sessions;

    AuditLog(Mutiny.SessionFactory sessions) {
        this.sessions = sessions;
    }

    /** In a transaction of its own. */
    public Uni<Void> record(AuditEvent event) {
        return sessions.withTransaction(session -> insert(session, event));
    }

    /** As part of the session's transaction. */
    public Uni<Void> insert(Mutiny.Session session, AuditEvent event) {
        return session.createNativeQuery(INSERT)
                .setParameter(1, event.id())
                .setParameter(2, event.appId().value())
                .setParameter(3, event.category())
                .setParameter(4, event.eventType())
                .setParameter(5, event.action())
                .setParameter(6, event.resourceType())
                .setParameter(7, text(event.resourceId()))
                .setParameter(8, event.actorType())
                .setParameter(9, text(event.actorId()))
                .setParameter(10, json(event.eventData()))
                .setParameter(11, text(event.ipAddress()))
                .setParameter(12, text(event.userAgent()))
                .setParameter(13, event.success())
                .setParameter(14, text(event.errorMessage()))
                .setParameter(15, text(event.correlationId()))
                .setParameter(16, event.createdAt())
                .executeUpdate()
                .replaceWithVoid();
    }

    /** Hibernate cannot bind an untyped null; the statement turns the empty string back into one. */
    private static String text(@Nullable String value) {
        return value == null ? "" : value.replace("\0", "");
    }

    private static String json(@Nullable JsonNode value) {
        return value == null ? "" : value.toString();
    }
}
