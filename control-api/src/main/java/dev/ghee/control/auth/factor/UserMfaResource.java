package dev.ghee.control.auth.factor;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.contracts.AppState;
import dev.ghee.control.audit.Audit;
import dev.ghee.control.auth.AuthCall;
import dev.ghee.control.auth.store.Waiting;
import dev.ghee.control.auth.user.User;
import dev.ghee.control.auth.user.UserStore;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.Map;

/** The second factor of one of the app's users, for its administrators: somebody has lost a phone. */
@Path("/v1/{app}/admin/auth/users/{id}/mfa")
@RunOnVirtualThread
public class UserMfaResource {
    private final AuthCall call;
    private final UserStore users;
    private final TotpFactors factors;
    private final Audit audit;

    UserMfaResource(AuthCall call, UserStore users, TotpFactors factors, Audit audit) {
        this.call = call;
        this.users = users;
        this.factors = factors;
        this.audit = audit;
    }

    /** What the user has set up. */
    public record Status(
            boolean totp,
            @JsonProperty("recovery_codes_left") int recoveryCodesLeft) {}

    /** Answer to taking it away. */
    public record Removed(boolean removed) {}

    @GET
    public Status get(String app, String id) {
        AppState state = call.administered(app);
        TotpStore.Status status = factors.status(state, user(state, id).id());
        return new Status(status.confirmed(), status.recoveryCodes());
    }

    /** The user signs in with one factor then, and may set up another app. */
    @DELETE
    public Removed remove(String app, String id) {
        AppState state = call.administered(app);
        User user = user(state, id);
        boolean removed = factors.remove(state, user.id());
        Waiting.on(() -> audit.record(
                state.appId(),
                "auth.mfa_reset",
                Audit.Action.DELETE,
                "user",
                user.id().toString(),
                Map.of()));
        return new Removed(removed);
    }

    private User user(AppState app, String id) {
        return users.find(app, id).orElseThrow(() -> new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "User not found"));
    }
}
