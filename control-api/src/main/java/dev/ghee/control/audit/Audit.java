package dev.ghee.control.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AuditEvent;
import dev.ghee.service.request.CurrentRequest;
import dev.ghee.tenancy.caller.Caller;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.RequestScoped;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Audit events of the request being served: who sent it, from where, under which request id. Record a change after
 * it happened; for a change of the control database itself, pass the {@link #event} to the transaction.
 */
@RequestScoped
public class Audit {
    private static final int MAX_USER_AGENT = 512;

    private final CurrentRequest request;
    private final AuditLog log;
    private final ObjectMapper json;

    Audit(CurrentRequest request, AuditLog log, ObjectMapper json) {
        this.request = request;
        this.log = log;
        this.json = json;
    }

    /** What was done; on the wire in lower case. */
    public enum Action {
        CREATE,
        UPDATE,
        DELETE,
        INVOKE,
        ENABLE,
        DISABLE
    }

    /** Which part of the platform did it; on the wire in lower case. */
    public enum Category {
        AUTH,
        ADMIN,
        FUNCTION,
        AI
    }

    /**
     * Records an administrator's change.
     *
     * @param eventType dotted, such as {@code schema.applied}
     * @param resourceType such as {@code schema}, {@code policy}, {@code user}
     * @param data anything that is no secret and small enough to keep
     */
    public Uni<Void> record(
            AppId app,
            String eventType,
            Action action,
            String resourceType,
            @Nullable String resourceId,
            Map<String, ?> data) {
        return event(app, eventType, action, resourceType, resourceId, data).chain(log::record);
    }

    /** The event alone, to be stored in the transaction of the change. */
    public Uni<AuditEvent> event(
            AppId app,
            String eventType,
            Action action,
            String resourceType,
            @Nullable String resourceId,
            Map<String, ?> data) {
        return request.caller()
                .map(caller ->
                        event(Category.ADMIN, caller, app, eventType, action, resourceType, resourceId, data, null));
    }

    /**
     * An event of any category by somebody who need not be the request's caller, such as the user whose sign-in
     * failed.
     *
     * @param error null when it succeeded
     */
    public AuditEvent event(
            Category category,
            Caller actor,
            AppId app,
            String eventType,
            Action action,
            String resourceType,
            @Nullable String resourceId,
            Map<String, ?> data,
            @Nullable String error) {
        String agent = request.userAgent();
        return new AuditEvent(
                UUID.randomUUID(),
                app,
                category.name().toLowerCase(Locale.ROOT),
                eventType,
                action.name().toLowerCase(Locale.ROOT),
                resourceType,
                resourceId,
                actorType(actor),
                actorId(actor),
                data.isEmpty() ? null : json.valueToTree(data),
                request.clientAddress(),
                agent == null || agent.length() <= MAX_USER_AGENT ? agent : agent.substring(0, MAX_USER_AGENT),
                error == null,
                error,
                request.requestId(),
                Instant.now());
    }

    private static String actorType(Caller actor) {
        return switch (actor) {
            case Caller.Anonymous _ -> "anonymous";
            case Caller.EndUser _ -> "app_user";
            case Caller.ServiceKey _ -> "api_key";
            case Caller.PlatformOwner _ -> "platform_user";
        };
    }

    private static @Nullable String actorId(Caller actor) {
        return switch (actor) {
            case Caller.Anonymous _ -> null;
            case Caller.EndUser user -> user.userId();
            case Caller.ServiceKey key -> key.keyId();
            case Caller.PlatformOwner owner -> owner.userId();
        };
    }
}
