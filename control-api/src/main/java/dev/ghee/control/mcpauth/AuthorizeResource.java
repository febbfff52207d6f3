package dev.ghee.control.mcpauth;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.control.account.Person;
import dev.ghee.control.auth.store.Waiting;
import dev.ghee.control.key.NewKey;
import dev.ghee.control.page.HtmlPage;
import dev.ghee.control.page.PageOrigin;
import dev.ghee.control.page.PlatformPages;
import dev.ghee.control.secret.RandomToken;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.service.request.CurrentRequest;
import dev.ghee.tenancy.caller.Caller;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where a program sends somebody's browser, and what a dashboard needs to ask for consent itself. */
@Path("/oauth/authorize")
@RunOnVirtualThread
class AuthorizeResource {
    private static final Duration TTL = Duration.ofMinutes(10);
    private static final Pattern CHALLENGE = Pattern.compile("[A-Za-z0-9_-]{43,128}");
    private static final int MAX_STATE = 1024;
    private static final Set<String> SCOPES = Set.of("mcp", "ai:gateway");

    private final ClientStore clients;
    private final RequestStore requests;
    private final Authorization authorization;
    private final CurrentRequest request;
    private final PageOrigin origin;

    AuthorizeResource(
            ClientStore clients,
            RequestStore requests,
            Authorization authorization,
            CurrentRequest request,
            PageOrigin origin) {
        this.clients = clients;
        this.requests = requests;
        this.authorization = authorization;
        this.request = request;
        this.origin = origin;
    }

    /**
     * On to the consent page. A program or address that is not registered gets a page that says so: sending anybody to
     * an address that nobody vouches for is what must not happen. Any other mistake is told to the program.
     */
    @GET
    public Response authorize(@Context UriInfo uri) {
        var parameters = new Parameters(uri.getQueryParameters());
        ClientStore.Client client =
                parameters.one("client_id").flatMap(clients::find).orElse(null);
        if (client == null) {
            return problem("This program is not registered here. It has to register again.");
        }
        RedirectUri redirect =
                parameters.one("redirect_uri").flatMap(client::redirect).orElse(null);
        if (redirect == null) {
            return problem("The address that the answer should go to is not one that the program registered.");
        }
        String state = parameters.one("state").orElse(null);
        String mistake = mistake(parameters, state);
        if (mistake != null) {
            return found(Authorization.answer(
                    redirect, "error=" + mistake, state == null || state.length() > MAX_STATE ? null : state));
        }
        RandomToken st = RandomToken.random();
        requests.insert(
                st,
                new RequestStore.Asked(
                        client,
                        redirect,
                        parameters.one("code_challenge").orElseThrow(),
                        String.join(" ", scopes(parameters).orElseThrow()),
                        state),
                TTL);
        return found("/oauth/consent?st=" + st.value());
    }

    /** The code of RFC 6749 for the first mistake; null when there is none. */
    private static @Nullable String mistake(Parameters parameters, @Nullable String state) {
        if (parameters.repeated() || (state != null && state.length() > MAX_STATE)) {
            return "invalid_request";
        }
        if (!parameters.one("response_type").orElse("").equals("code")) {
            return "unsupported_response_type";
        }
        boolean pkce = parameters.one("code_challenge_method").orElse("").equals("S256")
                && CHALLENGE
                        .matcher(parameters.one("code_challenge").orElse(""))
                        .matches();
        if (!pkce) {
            return "invalid_request";
        }
        return scopes(parameters).isEmpty() ? "invalid_scope" : null;
    }

    private static Optional<Set<String>> scopes(Parameters parameters) {
        var scopes = new LinkedHashSet<String>();
        for (String scope : parameters.one("scope").orElse("mcp").split(" ")) {
            if (!scope.isEmpty()) {
                scopes.add(scope);
            }
        }
        if (scopes.isEmpty()) {
            scopes.add("mcp");
        }
        return SCOPES.containsAll(scopes) ? Optional.of(scopes) : Optional.empty();
    }

    @GET
    @Path("details")
    public Details details(@QueryParam("st") @Nullable String st) {
        person();
        RequestStore.Open open = authorization.open(st);
        return new Details(
                open.clientId(),
                open.clientName(),
                open.redirectUri().toString(),
                List.of(open.scope().split(" ")),
                open.expiresAt());
    }

    /** What somebody decided on a dashboard. */
    record Decision(
            @NotNull @Size(max = 64) String st,
            @NotNull String decision,
            @Nullable @Valid Target target) {}

    /** Which key the program gets. */
    record Target(
            @JsonProperty("key_scope") @Nullable String keyScope,
            @JsonProperty("target_app_id") @Nullable String targetAppId,

            @JsonProperty("additional_scopes") @Nullable @Size(max = 20)
            List<@NotNull String> additionalScopes,

            @JsonProperty("organization_id") @Nullable @Size(max = 64)
            String organizationId) {}

    @POST
    @Path("decide")
    public Decided decide(@NotNull @Valid Decision body) {
        origin.requireOwnOrDashboard();
        Person person = person();
        return switch (body.decision()) {
            case "deny" -> new Decided(authorization.deny(body.st()));
            case "approve" -> new Decided(authorization.approve(body.st(), person, key(body)));
            default -> throw new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "decision must be approve or deny");
        };
    }

    private NewKey key(Decision body) {
        Target target = body.target();
        if (target == null) {
            throw new GheeException(ErrorCode.VALIDATION_MISSING_FIELD, "approve needs target");
        }
        return new NewKey(
                authorization.open(body.st()).clientName(),
                target.keyScope(),
                target.targetAppId(),
                target.additionalScopes(),
                null,
                target.organizationId(),
                null,
                null);
    }

    private Person person() {
        return switch (Waiting.on(request::caller)) {
            case Caller.PlatformOwner owner ->
                new Person(UUID.fromString(owner.userId()), owner.email() == null ? "" : owner.email());
            case Caller.Anonymous _ -> throw new GheeException(ErrorCode.AUTH_REQUIRED, "Authentication required");
            case Caller.ServiceKey _, Caller.EndUser _ ->
                throw new GheeException(ErrorCode.AUTH_FORBIDDEN, "This takes a person who is signed in");
        };
    }

    private static Response problem(String text) {
        return HtmlPage.of(400, PlatformPages.problem("This does not work", text));
    }

    private static Response found(String location) {
        return Response.status(302)
                .header("Location", location)
                .header("Cache-Control", "no-store")
                .header("Referrer-Policy", "no-referrer")
                .build();
    }

    record Details(
            @JsonProperty("client_id") String clientId,
            @JsonProperty("client_name") String clientName,
            @JsonProperty("redirect_uri") String redirectUri,
            List<String> scopes,
            @JsonProperty("expires_at") Instant expiresAt) {}

    record Decided(@JsonProperty("redirect_to") String redirectTo) {}
}
