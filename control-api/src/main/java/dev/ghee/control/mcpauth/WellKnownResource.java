package dev.ghee.control.mcpauth;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.control.platform.ControlConfig;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.util.List;

/** Where programs find the rest: RFC 9728 and RFC 8414. Public, also to scripts of any site. */
@Path("/.well-known")
class WellKnownResource {
    private static final List<String> SCOPES = List.of("mcp", "ai:gateway");

    private final String base;

    WellKnownResource(ControlConfig config) {
        this.base = config.publicUrl();
    }

    @GET
    @Path("oauth-protected-resource")
    public Response resource() {
        return open(new Resource(base + "/mcp", List.of(base), SCOPES, List.of("header"), base + "/llms.txt"));
    }

    @GET
    @Path("oauth-authorization-server")
    public Response server() {
        return open(new Server(
                base,
                base + "/oauth/authorize",
                base + "/oauth/token",
                base + "/oauth/register",
                base + "/oauth/device_authorization",
                SCOPES,
                List.of("code"),
                List.of("authorization_code", "urn:ietf:params:oauth:grant-type:device_code"),
                List.of("S256"),
                List.of("none")));
    }

    private static Response open(Object document) {
        return Response.ok(document)
                .header("Access-Control-Allow-Origin", "*")
                .header("Cache-Control", "public, max-age=3600")
                .build();
    }

    record Resource(
            String resource,
            @JsonProperty("authorization_servers") List<String> authorizationServers,
            @JsonProperty("scopes_supported") List<String> scopes,
            @JsonProperty("bearer_methods_supported") List<String> bearerMethods,
            @JsonProperty("resource_documentation") String documentation) {}

    record Server(
            String issuer,
            @JsonProperty("authorization_endpoint") String authorizationEndpoint,
            @JsonProperty("token_endpoint") String tokenEndpoint,
            @JsonProperty("registration_endpoint") String registrationEndpoint,
            @JsonProperty("device_authorization_endpoint") String deviceAuthorizationEndpoint,
            @JsonProperty("scopes_supported") List<String> scopes,
            @JsonProperty("response_types_supported") List<String> responseTypes,
            @JsonProperty("grant_types_supported") List<String> grantTypes,

            @JsonProperty("code_challenge_methods_supported")
            List<String> challengeMethods,

            @JsonProperty("token_endpoint_auth_methods_supported")
            List<String> authMethods) {}
}
