package dev.ghee.control.lookup;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.Contracts;
import dev.ghee.tenancy.caller.AuthConfig;
import dev.ghee.tenancy.directory.StateLookup;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** For other services only: to everybody else these routes do not exist. */
@Path("/v1/internal")
@Produces(MediaType.APPLICATION_JSON)
class InternalResource {
    private static final String SECRET = "x-butterbase-internal-secret";

    private final StateLookup states;
    private final byte[] secret;

    InternalResource(StateLookup states, AuthConfig config) {
        this.states = states;
        this.secret = config.internalSecret().getBytes(StandardCharsets.UTF_8);
    }

    @GET
    @Path("apps/{id}")
    public Uni<byte[]> app(@HeaderParam(SECRET) @Nullable String given, String id) {
        requireSecret(given);
        return AppId.isValid(id)
                ? states.app(new AppId(id)).map(InternalResource::bytes)
                : Uni.createFrom().failure(NotFoundException::new);
    }

    @GET
    @Path("api-keys/{sha256}")
    public Uni<byte[]> key(@HeaderParam(SECRET) @Nullable String given, String sha256) {
        requireSecret(given);
        return states.key(sha256).map(InternalResource::bytes);
    }

    private void requireSecret(@Nullable String given) {
        byte[] bytes = given == null ? new byte[0] : given.getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(secret, bytes)) {
            throw new NotFoundException();
        }
    }

    private static byte[] bytes(Optional<?> state) {
        return Contracts.write(state.orElseThrow(NotFoundException::new));
    }
}
