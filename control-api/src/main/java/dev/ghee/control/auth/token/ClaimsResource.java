package dev.ghee.control.auth.token;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.contracts.AppState;
import dev.ghee.control.audit.Audit;
import dev.ghee.control.auth.AuthCall;
import dev.ghee.control.auth.store.Waiting;
import dev.ghee.control.auth.user.User;
import dev.ghee.control.auth.user.UserStore;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Claims of one user, for the app's administrators. */
@Path("/v1/{app}/admin/auth/users/{id}/claims")
@RunOnVirtualThread
public class ClaimsResource {
    private final AuthCall call;
    private final UserStore users;
    private final Audit audit;

    ClaimsResource(AuthCall call, UserStore users, Audit audit) {
        this.call = call;
        this.users = users;
        this.audit = audit;
    }

    /** Body of the change: all claims, as they shall be. */
    public record NewClaims(@Nullable JsonNode claims) {}

    /** A user's claims. */
    public record Claims(
            @JsonProperty("user_id") String userId,
            @JsonRawValue String claims) {}

    @GET
    public Claims get(String app, String id) {
        AppState state = call.administered(app);
        User user = users.find(state, id).orElseThrow(ClaimsResource::unknownUser);
        return new Claims(user.id().toString(), user.claims());
    }

    /** Replaces them all; access tokens say so after their next refresh. */
    @PUT
    public Claims put(String app, String id, @Nullable NewClaims body) {
        AppState state = call.administered(app);
        if (body == null || body.claims() == null) {
            throw AuthCall.invalidBody("claims", "Required");
        }
        CustomClaims claims = CustomClaims.of(body.claims());
        User user = users.find(state, id).orElseThrow(ClaimsResource::unknownUser);
        User changed = users.setClaims(state, user.id(), claims.json()).orElseThrow(ClaimsResource::unknownUser);
        Waiting.on(() -> audit.record(
                state.appId(),
                "auth.user_claims_updated",
                Audit.Action.UPDATE,
                "user",
                user.id().toString(),
                Map.of()));
        return new Claims(changed.id().toString(), changed.claims());
    }

    private static GheeException unknownUser() {
        return new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "User not found");
    }
}
