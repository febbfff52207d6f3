package dev.ghee.control.mcpauth;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.control.account.Limits;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Any program may register; what it says of itself is shown as its own words. */
@Path("/oauth/register")
@RunOnVirtualThread
class RegisterResource {
    private static final int MAX_URIS = 5;
    private static final int MAX_NAME = 100;
    private static final String DEFAULT_NAME = "A program without a name";

    private final ClientStore clients;
    private final Limits limits;

    RegisterResource(ClientStore clients, Limits limits) {
        this.clients = clients;
        this.limits = limits;
    }

    /** Body of a registration; whatever else RFC 7591 knows is ignored. */
    record Registration(
            @JsonProperty("redirect_uris") @Nullable List<@Nullable String> redirectUris,
            @JsonProperty("client_name") @Nullable String clientName) {}

    @POST
    public Response register(@Nullable Registration body) {
        limits.take(Limits.Route.REGISTER_CLIENT, null);
        List<RedirectUri> uris = redirectUris(body);
        var registered = clients.register(name(body == null ? null : body.clientName()), uris);
        var answer = new Registered(
                registered.client().id(),
                registered.client().name(),
                uris.stream().map(RedirectUri::toString).toList(),
                registered.at().getEpochSecond(),
                "none",
                List.of("authorization_code"),
                List.of("code"));
        return Response.status(201)
                .header("Cache-Control", "no-store")
                .entity(answer)
                .build();
    }

    private static List<RedirectUri> redirectUris(@Nullable Registration body) {
        List<@Nullable String> texts = body == null ? null : body.redirectUris();
        if (texts == null || texts.isEmpty() || texts.size() > MAX_URIS) {
            throw new GheeException(ErrorCode.OAUTH_INVALID_REDIRECT_URI, "redirect_uris takes one to five addresses");
        }
        List<RedirectUri> uris = new ArrayList<>();
        for (String text : texts) {
            uris.add(RedirectUri.parse(text == null ? "" : text)
                    .orElseThrow(() -> new GheeException(
                            ErrorCode.OAUTH_INVALID_REDIRECT_URI,
                            "A redirect URI is https, http on loopback, or a scheme of your own, without a fragment")));
        }
        return uris;
    }

    private static String name(@Nullable String name) {
        if (name == null || name.isBlank()) {
            return DEFAULT_NAME;
        }
        boolean shown = name.length() <= MAX_NAME
                && name.codePoints()
                        .noneMatch(c -> Character.isISOControl(c)
                                || Character.getType(c) == Character.FORMAT
                                || Character.getType(c) == Character.SURROGATE);
        if (!shown) {
            throw new GheeException(
                    ErrorCode.OAUTH_INVALID_CLIENT_METADATA,
                    "client_name has at most " + MAX_NAME + " characters that can be shown");
        }
        return name.strip();
    }

    record Registered(
            @JsonProperty("client_id") String clientId,
            @JsonProperty("client_name") String clientName,
            @JsonProperty("redirect_uris") List<String> redirectUris,
            @JsonProperty("client_id_issued_at") long issuedAt,
            @JsonProperty("token_endpoint_auth_method") String authMethod,
            @JsonProperty("grant_types") List<String> grantTypes,
            @JsonProperty("response_types") List<String> responseTypes) {}
}
