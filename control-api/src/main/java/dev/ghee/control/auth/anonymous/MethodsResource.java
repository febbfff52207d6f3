package dev.ghee.control.auth.anonymous;

import dev.ghee.contracts.AppState;
import dev.ghee.control.audit.Audit;
import dev.ghee.control.auth.AuthCall;
import dev.ghee.control.auth.store.Waiting;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which ways to sign in an app has turned on, for its administrators. */
@Path("/v1/{app}/auth/methods")
@RunOnVirtualThread
public class MethodsResource {
    private final AuthCall call;
    private final AnonymousStore store;
    private final Audit audit;

    MethodsResource(AuthCall call, AnonymousStore store, Audit audit) {
        this.call = call;
        this.store = store;
        this.audit = audit;
    }

    /** What is on. */
    public record Methods(boolean anonymous) {}

    /** Body of the change. */
    public record Change(@Nullable Boolean anonymous) {}

    @GET
    public Methods get(String app) {
        return new Methods(store.allowed(call.administered(app)));
    }

    @PATCH
    public Methods change(String app, @Nullable Change body) {
        AppState state = call.administered(app);
        if (body == null || body.anonymous() == null) {
            throw AuthCall.invalidBody("anonymous", "Required");
        }
        boolean anonymous = body.anonymous();
        store.allow(state, anonymous);
        Waiting.on(() -> audit.record(
                state.appId(),
                "auth.methods_updated",
                Audit.Action.UPDATE,
                "app_config",
                state.appId().value(),
                Map.of("anonymous", anonymous)));
        return new Methods(anonymous);
    }
}
