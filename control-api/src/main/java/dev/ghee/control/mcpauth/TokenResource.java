package dev.ghee.control.mcpauth;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.control.account.Limits;
import dev.ghee.control.device.DeviceLogin;
import dev.ghee.control.key.KeyGrants;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A key for a code, and for a device's code. Errors are RFC 6749's. */
@Path("/oauth")
@RunOnVirtualThread
class TokenResource {
    /** The command line's own id; programs with a redirect register instead. */
    private static final String CLI = "ghee-cli";

    private static final String DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";
    private static final Set<String> SCOPES = Set.of("mcp", "ai:gateway");

    private final Authorization authorization;
    private final DeviceLogin devices;
    private final ClientStore clients;
    private final Limits limits;

    TokenResource(Authorization authorization, DeviceLogin devices, ClientStore clients, Limits limits) {
        this.authorization = authorization;
        this.devices = devices;
        this.clients = clients;
        this.limits = limits;
    }

    /** What a program sends, as JSON or as a form. */
    record Exchange(
            @JsonProperty("grant_type") @Nullable String grantType,
            @Nullable String code,
            @JsonProperty("client_id") @Nullable String clientId,
            @JsonProperty("redirect_uri") @Nullable String redirectUri,
            @JsonProperty("code_verifier") @Nullable String codeVerifier,
            @JsonProperty("device_code") @Nullable String deviceCode) {
        @Override
        public String toString() {
            return "Exchange[" + grantType + "]";
        }
    }

    @POST
    @Path("token")
    @Consumes(MediaType.APPLICATION_JSON)
    public Response json(@Nullable Exchange body) {
        if (body == null) {
            throw new GheeException(ErrorCode.OAUTH_INVALID_REQUEST, "The body is empty");
        }
        return exchange(body);
    }

    @POST
    @Path("token")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response form(MultivaluedMap<String, String> form) {
        var sent = new Parameters(form);
        return exchange(new Exchange(
                sent.one("grant_type").orElse(null),
                sent.one("code").orElse(null),
                sent.one("client_id").orElse(null),
                sent.one("redirect_uri").orElse(null),
                sent.one("code_verifier").orElse(null),
                sent.one("device_code").orElse(null)));
    }

    private Response exchange(Exchange sent) {
        String grant = sent.grantType() == null ? "" : sent.grantType();
        KeyGrants.Given given = switch (grant) {
            case "authorization_code" ->
                authorization.exchange(sent.code(), sent.clientId(), sent.redirectUri(), sent.codeVerifier());
            case DEVICE_GRANT -> devices.exchange(sent.deviceCode(), sent.clientId() == null ? "" : sent.clientId());
            case "" -> throw new GheeException(ErrorCode.OAUTH_INVALID_REQUEST, "grant_type is missing");
            default ->
                throw new GheeException(
                        ErrorCode.OAUTH_UNSUPPORTED_GRANT_TYPE, "grant_type is authorization_code or " + DEVICE_GRANT);
        };
        return answer(new Token(given.key(), "Bearer", scope(given)));
    }

    /** What a program without a browser sends. */
    record DeviceRequest(
            @JsonProperty("client_id") @Nullable String clientId,
            @Nullable String scope) {}

    @POST
    @Path("device_authorization")
    @Consumes(MediaType.APPLICATION_JSON)
    public Response deviceJson(@Nullable DeviceRequest body) {
        return device(body == null ? new DeviceRequest(null, null) : body);
    }

    @POST
    @Path("device_authorization")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response deviceForm(MultivaluedMap<String, String> form) {
        var sent = new Parameters(form);
        return device(new DeviceRequest(
                sent.one("client_id").orElse(null), sent.one("scope").orElse(null)));
    }

    private Response device(DeviceRequest sent) {
        limits.take(Limits.Route.DEVICE_START, null);
        String id = sent.clientId() == null ? "" : sent.clientId();
        String name = id.equals(CLI)
                ? "The Ghee command line"
                : clients.find(id)
                        .map(ClientStore.Client::name)
                        .orElseThrow(() -> new GheeException(
                                ErrorCode.OAUTH_INVALID_CLIENT, "client_id is " + CLI + " or a registered one"));
        String scope = sent.scope() == null || sent.scope().isBlank() ? "mcp" : sent.scope();
        if (!SCOPES.containsAll(List.of(scope.split(" ")))) {
            throw new GheeException(ErrorCode.OAUTH_INVALID_SCOPE, "Scopes are mcp and ai:gateway");
        }
        return answer(devices.begin(id, name, scope));
    }

    /** In words of the request: whatever apps the key is for, that is {@code mcp}. */
    private static String scope(KeyGrants.Given given) {
        String more = given.scopes().stream()
                .filter(scope -> !scope.equals("*") && !scope.startsWith("app:"))
                .collect(Collectors.joining(" "));
        return more.isEmpty() ? "mcp" : "mcp " + more;
    }

    private static Response answer(Object body) {
        return Response.ok(body, MediaType.APPLICATION_JSON_TYPE)
                .header("Cache-Control", "no-store")
                .build();
    }

    record Token(
            @JsonProperty("access_token") String accessToken,
            @JsonProperty("token_type") String tokenType,
            String scope) {
        @Override
        public String toString() {
            return "Token[…]";
        }
    }
}
