package dev.ghee.functions.audit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.contracts.AuditEvent;
import dev.ghee.contracts.Topics;
import dev.ghee.service.request.CurrentRequest;
import dev.ghee.service.request.CurrentRequest.Acting;
import dev.ghee.tenancy.caller.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Says who changed what; control-api keeps it. Never fails: what was done is done. */
@ApplicationScoped
public class AuditTrail {
    private static final Logger LOG = Logger.getLogger(AuditTrail.class);

    private final EventWriter events;

    AuditTrail(EventWriter events) {
        this.events = events;
    }

    /**
     * What was done.
     *
     * @param type dotted name, such as {@code function.deployed}
     * @param action {@code create}, {@code update} or {@code delete}
     * @param resourceType such as {@code function}
     * @param data without secrets
     */
    public record Deed(
            String type,
            String action,
            String resourceType,
            String resourceId,
            @Nullable JsonNode data) {}

    /** Blocks for at most two seconds while Kafka is away, so not for event loops. */
    public void record(Acting acting, CurrentRequest request, Deed deed) {
        var event = new AuditEvent(
                UUID.randomUUID(),
                acting.app().appId(),
                "function",
                deed.type(),
                deed.action(),
                deed.resourceType(),
                deed.resourceId(),
                actorType(acting.caller()),
                actorId(acting.caller()),
                deed.data(),
                request.clientAddress(),
                request.userAgent(),
                true,
                null,
                request.requestId(),
                Instant.now());
        events.write(Topics.AUDIT, event.appId(), event).exceptionally(e -> {
            LOG.warnf("Audit event not written: app=%s type=%s", event.appId(), event.eventType());
            return null;
        });
    }

    private static String actorType(Caller caller) {
        return switch (caller) {
            case Caller.ServiceKey _ -> "api_key";
            case Caller.PlatformOwner _ -> "platform_user";
            case Caller.EndUser _ -> "app_user";
            case Caller.Anonymous _ -> "anonymous";
        };
    }

    private static @Nullable String actorId(Caller caller) {
        return switch (caller) {
            case Caller.ServiceKey key -> key.keyId();
            case Caller.PlatformOwner owner -> owner.userId();
            case Caller.EndUser user -> user.userId();
            case Caller.Anonymous _ -> null;
        };
    }
}
