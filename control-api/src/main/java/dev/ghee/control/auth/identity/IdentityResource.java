package dev.ghee.control.auth.identity;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ghee.contracts.AppState;
import dev.ghee.control.audit.Audit;
import dev.ghee.control.auth.AuthCall;
import dev.ghee.control.auth.user.User;
import dev.ghee.control.auth.user.UserStore;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.tenancy.caller.Caller;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The providers that a signed-in user can sign in with: what there is, one more, one less. */
@Path("/auth/{app}/identities")
@RunOnVirtualThread
public class IdentityResource {
    private static final int MAX_TICKET = 64;
    private static final int MAX_TEXT = 2048;
    private static final Pattern PROVIDER = Pattern.compile("[a-z0-9][a-z0-9_-]{0,31}");

    private final AuthCall call;
    private final IdentityStore store;
    private final LinkTickets tickets;
    private final UserStore users;
    private final ObjectMapper json;

    IdentityResource(AuthCall call, IdentityStore store, LinkTickets tickets, UserStore users, ObjectMapper json) {
        this.call = call;
        this.store = store;
        this.tickets = tickets;
        this.users = users;
        this.json = json;
    }

    /** All of a user's identities. */
    public record Listed(List<Identity> identities) {}

    @GET
    public Listed list(String app) {
        AppState state = call.app(app);
        return new Listed(store.ofUser(state, signedIn(state).id()));
    }

    /** Body of the request for a link. */
    public record Begin(
            @Nullable String provider,
            @JsonProperty("redirect_to") @Nullable String redirectTo) {}

    /** Where the browser has to go next; good for ten minutes, once. */
    public record Leave(String url) {}

    /** A link begins: the browser is to be sent to the answer's URL, on the origin of this API. */
    @POST
    public Leave begin(String app, @Nullable Begin body) {
        AppState state = call.app(app);
        LinkTickets.Linker linker = linker(state);
        String provider = AuthCall.required("provider", body == null ? null : body.provider(), MAX_TICKET);
        String redirectTo = AuthCall.required("redirect_to", body == null ? null : body.redirectTo(), MAX_TEXT);
        if (!PROVIDER.matcher(provider).matches()) {
            throw AuthCall.invalidBody("provider", "Is no provider's name");
        }
        String ticket = tickets.begin(state, provider, linker);
        return new Leave("/auth/" + state.appId() + "/oauth/" + provider + "?redirect_to="
                + URLEncoder.encode(redirectTo, StandardCharsets.UTF_8) + "&link_ticket=" + ticket);
    }

    /** Body of the confirmation: what the browser brought back. */
    public record Confirm(
            @JsonProperty("identity_ticket") @Nullable String identityTicket) {
        @Override
        public String toString() {
            return "Confirm[…]";
        }
    }

    /** Answer to the confirmation. */
    public record Linked(Identity identity) {}

    /** The link is made, if the same session asks that began. */
    @POST
    @Path("confirm")
    public Linked confirm(String app, @Nullable Confirm body) {
        AppState state = call.app(app);
        LinkTickets.Linker linker = linker(state);
        String ticket = AuthCall.required("identity_ticket", body == null ? null : body.identityTicket(), MAX_TICKET);
        LinkTickets.Vouched vouched = tickets.takeVouched(state, ticket)
                .filter(found -> found.linker().equals(linker))
                .orElseThrow(() -> new GheeException(
                        ErrorCode.VALIDATION_INVALID_INPUT, "The link is unknown, too old, or of another session"));
        if (store.owner(state, vouched.provider(), vouched.subject()).isPresent()) {
            throw alreadyLinked();
        }
        Identity identity = store.link(state, linker.userId(), vouched).orElseThrow(() -> notLinked(state, vouched));
        users.find(state, linker.userId().toString())
                .ifPresent(user -> call.recordBy(
                        user,
                        state,
                        "auth.identity_linked",
                        Audit.Action.CREATE,
                        Map.of("provider", vouched.provider()),
                        null));
        return new Linked(identity);
    }

    /** Answer to unlinking. */
    public record Deleted(boolean deleted, UUID id) {}

    @DELETE
    @Path("{id}")
    public Deleted unlink(String app, String id) {
        AppState state = call.app(app);
        LinkTickets.Linker linker = linker(state);
        UUID identity = uuid(id);
        requireGone(store.unlink(state, linker.userId(), identity));
        users.find(state, linker.userId().toString())
                .ifPresent(user -> call.recordBy(user, state, "auth.identity_unlinked", Audit.Action.DELETE, null));
        return new Deleted(true, identity);
    }

    /** Fails with 404 or 409 unless it is gone. */
    static void requireGone(IdentityStore.Unlinked outcome) {
        switch (outcome) {
            case GONE -> {}
            case LAST ->
                throw new GheeException(
                        ErrorCode.STATE_PREREQUISITE_MISSING,
                        "This is the only way to sign in; set a password or link another provider first");
            case UNKNOWN -> throw unknown();
        }
    }

    private User signedIn(AppState app) {
        return users.find(app, call.endUser(app).userId()).orElseThrow(IdentityResource::signInFirst);
    }

    /**
     * Who calls, with the session. It has to be alive: an access token may outlive its session, and whoever holds such a
     * token must not be able to turn it into a lasting way in.
     */
    private LinkTickets.Linker linker(AppState app) {
        Caller.EndUser caller = call.endUser(app);
        try {
            JsonNode claims = json.readTree(caller.claimsJson());
            var linker = new LinkTickets.Linker(
                    UUID.fromString(caller.userId()),
                    UUID.fromString(claims.path("sid").asText()));
            if (store.sessionLives(app, linker.userId(), linker.sessionId())) {
                return linker;
            }
        } catch (IOException | IllegalArgumentException e) {
            throw signInFirst();
        }
        throw signInFirst();
    }

    private GheeException notLinked(AppState app, LinkTickets.Vouched vouched) {
        return store.owner(app, vouched.provider(), vouched.subject()).isPresent()
                ? alreadyLinked()
                : new GheeException(
                        ErrorCode.RESOURCE_CONFLICT,
                        "A user has at most " + IdentityStore.MAX_IDENTITIES + " identities");
    }

    private static GheeException alreadyLinked() {
        return new GheeException(ErrorCode.RESOURCE_CONFLICT, "oauth_identity_already_linked");
    }

    private static GheeException signInFirst() {
        return new GheeException(ErrorCode.AUTH_REQUIRED, "Authentication required");
    }

    private static GheeException unknown() {
        return new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "Identity not found");
    }

    static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw unknown();
        }
    }
}
