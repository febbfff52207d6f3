package dev.ghee.control.auth.user;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.contracts.AppState;
import dev.ghee.control.audit.Audit;
import dev.ghee.control.auth.store.Waiting;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.service.request.CurrentRequest;
import dev.ghee.tenancy.caller.Caller;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** An administrator's view of the app's users. */
@Path("/v1/{app}/admin/auth/users")
@RunOnVirtualThread
public class UsersResource {
    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 200;

    private final CurrentRequest request;
    private final UserStore users;
    private final Audit audit;

    UsersResource(CurrentRequest request, UserStore users, Audit audit) {
        this.request = request;
        this.users = users;
        this.audit = audit;
    }

    /** A page, and where the next one starts; null on the last page. */
    public record Page(
            List<Listed> users,
            @JsonProperty("next_cursor") @Nullable String nextCursor) {}

    /** A user as administrators see it. */
    public record Listed(
            UUID id,
            String email,
            String provider,
            @JsonProperty("provider_uid") @Nullable String providerUid,
            @JsonProperty("email_verified") boolean emailVerified,
            @JsonProperty("last_sign_in_at") @Nullable String lastSignInAt,
            @JsonProperty("created_at") String createdAt) {

        static Listed of(User user) {
            return new Listed(
                    user.id(),
                    user.email(),
                    user.provider(),
                    user.providerUid(),
                    user.emailVerified(),
                    WireTime.ofNullable(user.lastSignInAt()),
                    WireTime.of(user.createdAt()));
        }
    }

    /** Newest first. */
    @GET
    public Page list(String app, @RestQuery @Nullable String limit, @RestQuery @Nullable String cursor) {
        AppState state = administered(app);
        int size = limit(limit);
        UserCursor after = cursor == null || cursor.isEmpty()
                ? null
                : UserCursor.decode(cursor).orElseThrow(() -> invalid("cursor", "Must be the next_cursor of a page"));
        List<User> found = users.page(state, after, size + 1);
        List<User> page = found.size() > size ? found.subList(0, size) : found;
        String next = found.size() > size
                ? new UserCursor(page.getLast().createdAt(), page.getLast().id()).encode()
                : null;
        return new Page(page.stream().map(Listed::of).toList(), next);
    }

    /** Answer to deleting a user. */
    public record Deleted(
            boolean deleted, @JsonProperty("user_id") UUID userId, String email) {}

    @DELETE
    @Path("{id}")
    public Deleted delete(String app, String id) {
        AppState state = administered(app);
        UUID userId = uuid(id);
        String email = users.delete(state, userId).orElseThrow(UsersResource::unknownUser);
        Waiting.on(() -> audit.record(
                state.appId(), "auth.user_deleted", Audit.Action.DELETE, "user", userId.toString(), Map.of()));
        return new Deleted(true, userId, email);
    }

    private AppState administered(String app) {
        // This route family answers 403 also to callers who have no credential at all.
        if (Waiting.on(request::caller) instanceof Caller.Anonymous) {
            throw new GheeException(
                    ErrorCode.AUTH_INSUFFICIENT_PERMISSIONS, "Only administrators may see the app's users");
        }
        return Waiting.on(() -> request.administeredReady(app, ErrorCode.RESOURCE_NOT_FOUND))
                .app();
    }

    private static int limit(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return DEFAULT_LIMIT;
        }
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MAX_LIMIT) {
                return limit;
            }
        } catch (NumberFormatException e) {
            throw invalid("limit", "Must be a number from 1 to " + MAX_LIMIT);
        }
        throw invalid("limit", "Must be a number from 1 to " + MAX_LIMIT);
    }

    private static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw unknownUser();
        }
    }

    private static GheeException unknownUser() {
        return new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "User not found");
    }

    private static GheeException invalid(String parameter, String message) {
        return new GheeException(ErrorCode.VALIDATION_INVALID_SCHEMA, "Invalid query parameters")
                .withDetails(List.of(Map.of("path", parameter, "message", message)));
    }
}
