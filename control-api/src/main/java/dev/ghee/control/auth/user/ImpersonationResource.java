package dev.ghee.control.auth.user;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.contracts.AppState;
import dev.ghee.control.audit.Audit;
import dev.ghee.control.auth.Answers;
import dev.ghee.control.auth.EndUserAuthConfig;
import dev.ghee.control.auth.token.AccessTokens;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Lets an administrator see the app as one of its users does. */
@Path("/v1/{app}/admin/auth/users/{id}/impersonate")
@RunOnVirtualThread
public class ImpersonationResource {
    private final AdminCall call;
    private final UserAdministration users;
    private final Impersonations impersonations;
    private final AccessTokens tokens;
    private final Duration life;

    ImpersonationResource(
            AdminCall call,
            UserAdministration users,
            Impersonations impersonations,
            AccessTokens tokens,
            EndUserAuthConfig config) {
        this.call = call;
        this.users = users;
        this.impersonations = impersonations;
        this.tokens = tokens;
        this.life = config.impersonation();
    }

    /** A token whose claim {@code act} names the administrator; there is nothing to refresh it with. */
    public record Acting(
            @JsonProperty("access_token") String accessToken,
            @JsonProperty("expires_in") long expiresIn,
            @JsonProperty("token_type") String tokenType,
            Answers.SignedIn user) {
        @Override
        public String toString() {
            return "Acting[" + user.id() + "]";
        }
    }

    /** In the audit log before the token is given out. Fails with 409 for a banned user. */
    @POST
    public Acting impersonate(String app, String id, UserBodies.@Nullable Impersonation body) {
        AppState state = call.app(app);
        UUID userId = AdminCall.userId(id);
        String reason = UserBodies.reason(body == null ? null : body.reason());
        if (users.find(state, userId).isEmpty()) {
            throw AdminCall.unknownUser();
        }
        Impersonations.Started started = impersonations
                .start(state, userId, life)
                .orElseThrow(() -> new GheeException(ErrorCode.RESOURCE_CONFLICT, "The user is banned"));
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("session_id", started.session().id());
        data.put("expires_in", life.toSeconds());
        if (reason != null) {
            data.put("reason", reason);
        }
        call.recordUser(state, "auth.user_impersonated", Audit.Action.INVOKE, userId, data);
        String token = tokens.issueTo(call.actor(), state, started.user(), started.session(), life);
        return new Acting(token, life.toSeconds(), "Bearer", Answers.SignedIn.of(started.user()));
    }
}
