package dev.ghee.control.auth.token;

import dev.ghee.contracts.AppState;
import dev.ghee.contracts.AppState.PublicKey;
import dev.ghee.control.app.AppStates;
import dev.ghee.control.app.JwtSettings;
import dev.ghee.control.audit.Audit;
import dev.ghee.control.auth.store.Waiting;
import dev.ghee.errors.ErrorCode;
import dev.ghee.service.request.CurrentRequest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Map;
import org.jboss.resteasy.reactive.RestQuery;

/** Replacing the key that signs an app's tokens. */
@Path("/v1/{app}/auth/keys")
@RunOnVirtualThread
public class KeysResource {
    private final AppStates appStates;
    private final CurrentRequest request;
    private final SigningKeys keys;
    private final Audit audit;

    KeysResource(AppStates appStates, CurrentRequest request, SigningKeys keys, Audit audit) {
        this.appStates = appStates;
        this.request = request;
        this.keys = keys;
        this.audit = audit;
    }

    /** Answer to rotation: the key that signs now, and all that verify. */
    public record Rotated(String message, String kid, List<String> kids) {}

    /**
     * Signs with a new key from now on.
     *
     * @param refuseOldTokens for a key that leaked: every token signed so far is refused at once
     */
    @POST
    @Path("rotate")
    public Rotated rotate(String app, @RestQuery("refuse_old_tokens") boolean refuseOldTokens) {
        AppState state = Waiting.on(() -> request.administeredReady(app, ErrorCode.RESOURCE_NOT_FOUND))
                .app();
        JwtSettings settings = Waiting.on(() -> appStates.jwtSettings(state.appId()));
        List<String> kids = keys.rotate(state, settings.accessTokenLifetime(), refuseOldTokens).stream()
                .map(PublicKey::kid)
                .toList();
        Waiting.on(() -> audit.record(
                state.appId(),
                "auth.keys_rotated",
                Audit.Action.UPDATE,
                "signing_key",
                kids.getFirst(),
                Map.of("refuse_old_tokens", refuseOldTokens)));
        return new Rotated("Signing key rotated", kids.getFirst(), kids);
    }
}
