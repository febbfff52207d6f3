package dev.ghee.control.auth.token;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.ghee.contracts.AppState.PublicKey;
import dev.ghee.service.request.AppGuard;
import dev.ghee.tenancy.directory.AppDirectory;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** The public keys that verify an app's access tokens. */
@Path("/auth/{app}/.well-known")
public class JwksResource {
    private static final String CACHE = "public, max-age=300";

    private final AppDirectory apps;

    JwksResource(AppDirectory apps) {
        this.apps = apps;
    }

    /** A JSON Web Key Set. */
    public record KeySet(List<Jwk> keys) {}

    /** A public key for verifying signatures. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Jwk(
            String kty,
            @Nullable String n,
            @Nullable String e,
            @Nullable String crv,
            @Nullable String x,
            @Nullable String y,
            String kid,
            String alg,
            String use) {
        static Jwk of(PublicKey key) {
            return new Jwk(key.kty(), key.n(), key.e(), key.crv(), key.x(), key.y(), key.kid(), key.alg(), "sig");
        }
    }

    /** Empty until the first sign-in makes a key. */
    @GET
    @Path("jwks.json")
    public Uni<RestResponse<KeySet>> jwks(String app) {
        return apps.find(app).map(state -> {
            AppGuard.requireReady(state);
            var set = new KeySet(state.jwks().stream().map(Jwk::of).toList());
            return RestResponse.ResponseBuilder.ok(set)
                    .header("Cache-Control", CACHE)
                    .build();
        });
    }
}
