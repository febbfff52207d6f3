package dev.ghee.control.auth.user;

import dev.ghee.contracts.AppState;
import dev.ghee.control.audit.Audit;
import dev.ghee.control.auth.store.Waiting;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.service.request.CurrentRequest;
import dev.ghee.tenancy.caller.Caller;
import jakarta.enterprise.context.RequestScoped;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the routes for administrators of sign-in have in common. Waits: call from a virtual thread. */
@RequestScoped
public class AdminCall {
    private final CurrentRequest request;
    private final Audit audit;

    AdminCall(CurrentRequest request, Audit audit) {
        this.request = request;
        this.audit = audit;
    }

    /** The app, which the caller administers. This route family answers 403 also to callers without a credential. */
    public AppState app(String app) {
        if (caller() instanceof Caller.Anonymous) {
            throw new GheeException(
                    ErrorCode.AUTH_INSUFFICIENT_PERMISSIONS, "Only administrators may see the app's users");
        }
        return Waiting.on(() -> request.administeredReady(app, ErrorCode.RESOURCE_NOT_FOUND))
                .app();
    }

    public Caller caller() {
        return Waiting.on(request::caller);
    }

    /** For the audit log and for claim {@code act}: who administers. */
    String actor() {
        return switch (caller()) {
            case Caller.ServiceKey key -> "key:" + key.keyId();
            case Caller.PlatformOwner owner -> "owner:" + owner.userId();
            case Caller.EndUser _, Caller.Anonymous _ -> throw new IllegalStateException("Nobody administers");
        };
    }

    /** Records what was done. Fails when it cannot be. */
    public void record(
            AppState app,
            String eventType,
            Audit.Action action,
            String resourceType,
            @Nullable String resourceId,
            Map<String, ?> data) {
        Waiting.on(() -> audit.record(app.appId(), eventType, action, resourceType, resourceId, data));
    }

    void recordUser(AppState app, String eventType, Audit.Action action, UUID user, Map<String, ?> data) {
        record(app, eventType, action, "user", user.toString(), data);
    }

    static UUID userId(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw unknownUser();
        }
    }

    static GheeException unknownUser() {
        return new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "User not found");
    }

    static GheeException invalidQuery(String parameter, String message) {
        return invalid("Invalid query parameters", parameter, message);
    }

    /** 400: this field of the body does not fit. */
    public static GheeException invalidBody(String field, String message) {
        return invalid("Invalid request body", field, message);
    }

    private static GheeException invalid(String what, String path, String message) {
        return new GheeException(ErrorCode.VALIDATION_INVALID_SCHEMA, what)
                .withDetails(List.of(Map.of("path", path, "message", message)));
    }
}
