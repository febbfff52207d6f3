package dev.ghee.control.auth.passkey;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.contracts.AppState;
import dev.ghee.control.audit.Audit;
import dev.ghee.control.auth.Answers;
import dev.ghee.control.auth.AuthCall;
import dev.ghee.control.auth.limit.RateLimits;
import dev.ghee.control.auth.session.SessionStore;
import dev.ghee.control.auth.signin.Proof;
import dev.ghee.control.auth.signin.SignIn;
import dev.ghee.control.auth.user.WireTime;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** A user's passkeys. Header {@code Origin}, which browsers send, says which page asks. */
@Path("/auth/{app}/passkeys")
@RunOnVirtualThread
public class PasskeyResource {
    /** Of a device's answer, in characters. */
    private static final int MAX_ANSWER = 16_384;

    private static final int MAX_NAME = 100;
    private static final String DEFAULT_NAME = "Passkey";

    private final AuthCall call;
    private final SignIn signIn;
    private final Passkeys passkeys;
    private final PasskeyStore store;
    private final String publicUrl;

    PasskeyResource(
            AuthCall call,
            SignIn signIn,
            Passkeys passkeys,
            PasskeyStore store,
            @ConfigProperty(name = "ghee.public-url") String publicUrl) {
        this.call = call;
        this.signIn = signIn;
        this.passkeys = passkeys;
        this.store = store;
        this.publicUrl = publicUrl;
    }

    /** A passkey as its user sees it. */
    public record View(
            UUID id,
            String name,
            @JsonProperty("backed_up") boolean backedUp,
            List<String> transports,
            @JsonProperty("created_at") String createdAt,
            @JsonProperty("last_used_at") @Nullable String lastUsedAt) {

        static View of(Passkey key) {
            return new View(
                    key.id(),
                    key.name(),
                    key.backedUp(),
                    key.transports(),
                    WireTime.of(key.createdAt()),
                    WireTime.ofNullable(key.lastUsedAt()));
        }
    }

    /** Oldest first. */
    public record Listed(List<View> passkeys) {}

    @POST
    @Path("register/options")
    public Options.Creation creation(String app, @RestHeader("Origin") @Nullable String origin) {
        AppState state = call.app(app);
        SessionStore.Current caller = limited(state);
        return passkeys.creation(state, caller, page(state, origin));
    }

    /** Body with a device's answer, as {@code PublicKeyCredential.toJSON} gives it. */
    public record Answer(
            @Nullable JsonNode credential, @Nullable String name) {
        String json() {
            String json = credential == null ? "" : credential.toString();
            if (credential == null || !credential.isObject() || json.length() > MAX_ANSWER) {
                throw AuthCall.invalidBody(
                        "credential", "Must be a credential of at most " + MAX_ANSWER + " characters");
            }
            return json;
        }

        @Override
        public String toString() {
            return "Answer[…]";
        }
    }

    @POST
    @Path("register/verify")
    public RestResponse<View> register(String app, @Nullable Answer body) {
        AppState state = call.app(app);
        String answer = required(body).json();
        String name = body == null || body.name() == null ? DEFAULT_NAME : name(body.name());
        SessionStore.Current caller = limited(state);
        Passkey made = passkeys.register(state, caller, answer, name);
        record(state, caller, "auth.passkey_added", Audit.Action.CREATE, made.id());
        return RestResponse.status(RestResponse.Status.CREATED, View.of(made));
    }

    /** Says nothing of any user: the device knows whose keys it has. */
    @POST
    @Path("authenticate/options")
    public Options.Request request(String app, @RestHeader("Origin") @Nullable String origin) {
        AppState state = call.app(app);
        call.limit(RateLimits.Route.PASSKEY, state, null);
        return passkeys.request(state, page(state, origin));
    }

    @POST
    @Path("authenticate/verify")
    public Answers.SigningIn signIn(String app, @Nullable Answer body) {
        AppState state = call.app(app);
        String answer = required(body).json();
        call.limit(RateLimits.Route.PASSKEY, state, null);
        UUID user = passkeys.signIn(state, answer).orElseThrow(() -> signIn.refused(state, null));
        return signIn.complete(state, user, new Proof.Passkey(true), call.client())
                .answer();
    }

    @GET
    public Listed list(String app) {
        AppState state = call.app(app);
        return new Listed(store.of(state, call.signedIn(state).user().id()).stream()
                .map(View::of)
                .toList());
    }

    /** Body of renaming. */
    public record Renamed(@Nullable String name) {}

    @PATCH
    @Path("{id}")
    public View rename(String app, String id, @Nullable Renamed body) {
        AppState state = call.app(app);
        String name = name(AuthCall.required("name", body == null ? null : body.name(), MAX_NAME));
        SessionStore.Current caller = call.inPerson(state);
        return store.rename(state, caller.user().id(), uuid(id), name)
                .map(View::of)
                .orElseThrow(PasskeyResource::unknown);
    }

    @DELETE
    @Path("{id}")
    public Answers.Message delete(String app, String id) {
        AppState state = call.app(app);
        SessionStore.Current caller = call.inPerson(state);
        UUID key = uuid(id);
        if (!store.delete(state, caller.user().id(), key)) {
            throw unknown();
        }
        record(state, caller, "auth.passkey_removed", Audit.Action.DELETE, key);
        return new Answers.Message("Passkey removed");
    }

    private SessionStore.Current limited(AppState state) {
        SessionStore.Current caller = call.inPerson(state);
        call.limit(RateLimits.Route.PASSKEY, state, caller.user().id().toString());
        return caller;
    }

    /** The page that asks; keys are bound to its host. */
    private String page(AppState state, @Nullable String origin) {
        if (origin != null && (state.allowedOrigins().contains(origin) || origin.equals(publicUrl))) {
            return origin;
        }
        throw new GheeException(
                ErrorCode.VALIDATION_INVALID_INPUT, "Header Origin must be one of the app's allowed origins");
    }

    private void record(AppState app, SessionStore.Current caller, String event, Audit.Action action, UUID key) {
        call.recordBy(caller.user(), app, event, action, Map.of("passkey_id", key.toString()), null);
    }

    private static Answer required(@Nullable Answer body) {
        return body == null ? new Answer(null, null) : body;
    }

    private static String name(String sent) {
        String name = sent.strip();
        if (name.isEmpty() || name.length() > MAX_NAME || name.chars().anyMatch(Character::isISOControl)) {
            throw AuthCall.invalidBody("name", "Must have from 1 to " + MAX_NAME + " printable characters");
        }
        return name;
    }

    private static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw unknown();
        }
    }

    private static GheeException unknown() {
        return new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "Passkey not found");
    }
}
