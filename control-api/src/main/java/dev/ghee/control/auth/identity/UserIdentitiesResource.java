package dev.ghee.control.auth.identity;

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
import java.util.UUID;

/** The identities of one of the app's users, for its administrators. */
@Path("/v1/{app}/admin/auth/users/{id}/identities")
@RunOnVirtualThread
public class UserIdentitiesResource {
    private final AuthCall call;
    private final UserStore users;
    private final IdentityStore store;
    private final Audit audit;

    UserIdentitiesResource(AuthCall call, UserStore users, IdentityStore store, Audit audit) {
        this.call = call;
        this.users = users;
        this.store = store;
        this.audit = audit;
    }

    @GET
    public IdentityResource.Listed list(String app, String id) {
        AppState state = call.administered(app);
        return new IdentityResource.Listed(store.ofUser(state, user(state, id).id()));
    }

    /** The last way to sign in stays here too: banning is what keeps a user out. */
    @DELETE
    @Path("{identity}")
    public IdentityResource.Deleted unlink(String app, String id, String identity) {
        AppState state = call.administered(app);
        User user = user(state, id);
        UUID which = IdentityResource.uuid(identity);
        IdentityResource.requireGone(store.unlink(state, user.id(), which));
        Waiting.on(() -> audit.record(
                state.appId(),
                "auth.identity_unlinked",
                Audit.Action.DELETE,
                "user",
                user.id().toString(),
                Map.of("identity_id", which.toString())));
        return new IdentityResource.Deleted(true, which);
    }

    private User user(AppState app, String id) {
        return users.find(app, id).orElseThrow(() -> new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "User not found"));
    }
}
